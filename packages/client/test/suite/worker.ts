// Runs the suite in a worker or a service worker: a message with the relay's address is answered with the results.
import { runSuite } from "./suite.ts";

interface Request {
  readonly data: string;
  /** The page, where a service worker has several. */
  readonly source?: { postMessage(results: unknown): void } | null;
  waitUntil?(work: Promise<unknown>): void;
}

Reflect.set(globalThis, "onmessage", (request: Request) => {
  const run = runSuite(request.data, WebSocket).then((results) =>
    request.source ? request.source.postMessage(results) : postMessage(results),
  );
  request.waitUntil?.(run);
});

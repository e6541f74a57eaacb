// Runs the suite in a worker or a service worker: a message with the relay's address is answered with the outcomes.
import { runSuite } from "./suite.ts";

interface Request {
  readonly data: string;
  /** The page, where a service worker has several. */
  readonly source?: { postMessage(outcomes: unknown): void } | null;
  waitUntil?(work: Promise<unknown>): void;
}

Reflect.set(globalThis, "onmessage", (request: Request) => {
  const run = runSuite(request.data, WebSocket).then((outcomes) =>
    request.source ? request.source.postMessage(outcomes) : postMessage(outcomes),
  );
  request.waitUntil?.(run);
});

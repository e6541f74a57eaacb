import type { Health } from "../http/pages.ts";

/** What a worker says of itself. */
export interface WorkerStatus {
  readonly health: Health;
  /** In the text format of Prometheus. */
  readonly metrics: string;
}

/**
 * From a worker to its supervisor: it could accept connections, it does, or an answer. Both run the same code, so neither checks the
 * other.
 */
export type FromWorker =
  | { readonly prepared: true }
  | { readonly ready: true }
  | { readonly answer: number; readonly status: WorkerStatus };

/** From the supervisor to a worker: a question, by its number, or that it may accept connections. */
export type ToWorker = { readonly ask: number } | { readonly open: true };

export interface StatusSource {
  health(): Health;
  metrics(): Promise<string>;
}

const isQuestion = (message: unknown): message is { readonly ask: number } =>
  typeof message === "object" && message !== null && "ask" in message;

const send = (message: FromWorker): void => void process.send?.(message);

/**
 * Resolves when all workers could accept connections. Without this, what a client sends by the first would not reach the restored
 * sessions of the others.
 */
export function untilAllMayOpen(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const listen = (message: unknown): void => {
    if (typeof message !== "object" || message === null || !("open" in message)) return;
    process.off("message", listen);
    resolve();
  };
  process.on("message", listen);
  send({ prepared: true });
  return promise;
}

/** Tells the supervisor that this worker accepts connections, and answers its questions. */
export function answerSupervisor({ health, metrics }: StatusSource): void {
  process.on("message", (message: unknown) => {
    if (!isQuestion(message)) return;
    void metrics().then((text) => send({ answer: message.ask, status: { health: health(), metrics: text } }));
  });
  send({ ready: true });
}

import type { Health } from "../http/pages.ts";

/** What a worker says of itself. */
export interface WorkerStatus {
  readonly health: Health;
  /** In the text format of Prometheus. */
  readonly metrics: string;
}

/** From a worker to its supervisor: it accepts connections, or an answer. Both run the same code, so neither checks the other. */
export type FromWorker = { readonly ready: true } | { readonly answer: number; readonly status: WorkerStatus };

/** From the supervisor to a worker: a question, by its number. */
export interface ToWorker {
  readonly ask: number;
}

export interface StatusSource {
  health(): Health;
  metrics(): Promise<string>;
}

const isQuestion = (message: unknown): message is ToWorker =>
  typeof message === "object" && message !== null && "ask" in message;

/** Tells the supervisor that this worker accepts connections, and answers its questions. */
export function answerSupervisor({ health, metrics }: StatusSource): void {
  const send = (message: FromWorker): void => void process.send?.(message);
  process.on("message", (message: unknown) => {
    if (!isQuestion(message)) return;
    void metrics().then((text) => send({ answer: message.ask, status: { health: health(), metrics: text } }));
  });
  send({ ready: true });
}

import { ROOT } from "./chain.ts";
import { Drawing } from "./drawing.ts";
import { History } from "./history.ts";
import { type Accepted, type Batch, Logs, type Outcome } from "./logs.ts";
import { laterTime, type Operation, type Step } from "./operation.ts";

/** How often the log of one author is fetched again because it is another one than the author says. */
const MAX_FORKS = 3;

/** One peer's copy of the drawing: all logs, what they result in, and the own log with its undo. */
export class Board {
  /** Name of the own log. */
  readonly author: string;
  readonly logs = new Logs();
  readonly history = new History();
  #drawing = new Drawing();
  readonly #forks = new Map<string, number>();
  readonly #onChange: (ids: readonly string[] | "all") => void;

  constructor(author: string, onChange: (ids: readonly string[] | "all") => void) {
    this.author = author;
    this.#onChange = onChange;
  }

  get drawing(): Drawing {
    return this.#drawing;
  }

  /** Does something, and returns what to send to the others; undefined if the log is full or the step is not allowed. */
  perform(step: Step, board?: string): Batch | undefined {
    const { author, logs } = this;
    const count = logs.count(author);
    const operation: Operation = { ...step, time: laterTime(this.#drawing.time) };
    const batch: Batch = {
      author,
      from: count + 1,
      before: logs.hashAt(author, count) ?? ROOT,
      operations: [operation],
    };
    const outcome = logs.receive(batch, true);
    if (outcome.kind !== "accepted") return undefined;
    this.history.note(board, count + 1, operation);
    this.#apply(outcome.operations);
    return batch;
  }

  /** Takes a batch from a peer; `authentic` if that peer is the author. */
  receive(batch: Batch, authentic: boolean): Outcome {
    if (batch.author === this.author) return { kind: "rejected", reason: "writes in my name" };
    const outcome = this.logs.receive(batch, authentic);
    if (outcome.kind === "accepted") this.#apply(outcome.operations);
    if (outcome.kind === "fork") this.dropFork(batch.author);
    return outcome;
  }

  /** What was kept in this browser. */
  restore(batches: readonly Batch[]): void {
    for (const batch of batches) {
      const outcome = batch.author === this.author ? undefined : this.logs.receive(batch, true);
      if (outcome?.kind === "accepted") for (const one of outcome.operations) this.#drawing.apply(one);
    }
    this.#onChange("all");
  }

  /** Forgets a log that its author, or the host for somebody absent, says is another one. A log that keeps changing stays as it is. */
  dropFork(author: string): boolean {
    const forks = (this.#forks.get(author) ?? 0) + 1;
    this.#forks.set(author, forks);
    if (author === this.author || forks > MAX_FORKS) return false;
    this.logs.drop(author);
    const drawing = new Drawing();
    for (const { author: other, count } of this.logs.heads()) {
      const operations = this.logs.batch(other, 1, count)?.operations ?? [];
      for (const [at, operation] of operations.entries()) drawing.apply({ author: other, number: at + 1, operation });
    }
    this.#drawing = drawing;
    this.#onChange("all");
    return true;
  }

  #apply(operations: readonly Accepted[]): void {
    const changed = new Set<string>();
    for (const one of operations) for (const id of this.#drawing.apply(one)) changed.add(id);
    this.#onChange([...changed]);
  }
}

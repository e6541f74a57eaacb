import type { KeepFile } from "../../src/keep/database.ts";
import type { RunningWriter, WriterOwner } from "../../src/keep/start-writer.ts";
import { Writer } from "../../src/keep/writer.ts";
import type { FromWriter, ToWriter } from "../../src/keep/writer-messages.ts";
import type { MemoryNetwork } from "./memory-bus.ts";

const FAILED: FromWriter = { kind: "failed", reason: "the disk is full", isDamage: false };

/** The writer of a node in memory, without a thread: it writes, and is heard, when the test flushes. */
export class SteppedWriter implements RunningWriter {
  /** No transaction can be committed. */
  isFull = false;
  private isDead = false;
  /** Batches that its owner waits for. */
  private batches = 0;
  private readonly writer: Writer;

  constructor(
    private readonly name: string,
    private readonly network: Pick<MemoryNetwork, "later">,
    file: KeepFile,
    private readonly owner: WriterOwner,
  ) {
    this.writer = new Writer(file, (message) => this.say(message));
  }

  post(message: ToWriter): void {
    if (message.kind === "batch") this.batches++;
    if (this.isDead) this.refuse(message);
    else
      this.network.later(`writes ${this.name}`, () => {
        if (this.isDead) return;
        if (this.isFull && message.kind === "batch") this.say(FAILED);
        else this.writer.handle(message);
      });
  }

  terminate(): void {}

  /** The process has ended: what was committed stays. `close` closes the other connection to the file, without anything written. */
  die(close: () => void): void {
    this.isDead = true;
    this.writer.handle({ kind: "close" });
    const isWriting = this.batches > 0;
    close();
    if (isWriting) this.owner.heard(FAILED);
  }

  private refuse({ kind }: ToWriter): void {
    if (kind === "batch") this.owner.heard(FAILED);
    else if (kind === "close") this.owner.heard({ kind: "closed" });
  }

  private say(message: FromWriter): void {
    this.network.later(`written ${this.name}`, () => {
      if (this.isDead) return;
      if (message.kind === "committed" || message.kind === "failed") this.batches--;
      this.owner.heard(message);
    });
  }
}

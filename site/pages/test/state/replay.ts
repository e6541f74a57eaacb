import { signal } from "@preact/signals";
import { importLog, replaySteps } from "../model/log-file.ts";
import { unmasked } from "../model/password-mask.ts";
import type { Client } from "./client.ts";

/** Sends the frames of an exported log again, with their pauses. */
export class Replay {
  /** Progress as text; undefined when not running. */
  readonly progress = signal<string | undefined>(undefined);
  private timer: ReturnType<typeof setTimeout> | undefined;
  /** What was wrong with the file. Each frame sent clears the message of the page, so this is shown at the end. */
  private problem: string | undefined;

  constructor(private readonly client: Client) {}

  get running(): boolean {
    return this.timer !== undefined;
  }

  start(text: string): void {
    this.stop();
    const { entries, problem } = importLog(text);
    const steps = replaySteps(entries);
    if (steps.length === 0) {
      this.client.problem.value = problem ?? "The file contains no sent frames.";
      return;
    }
    this.problem = problem;
    this.step(steps, 0);
  }

  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.progress.value = undefined;
  }

  private step(steps: ReturnType<typeof replaySteps>, at: number): void {
    const step = steps[at];
    if (!step) {
      this.stop();
      this.client.problem.value = this.problem;
      return;
    }
    this.progress.value = `Replaying ${at + 1} of ${steps.length}`;
    this.timer = setTimeout(() => {
      const { frame } = step;
      const data =
        frame.kind === "text" ? unmasked(frame.text, this.client.password.value) : Uint8Array.from(frame.bytes);
      if (this.client.send(data)) this.step(steps, at + 1);
      else this.stop();
    }, step.pause);
  }
}

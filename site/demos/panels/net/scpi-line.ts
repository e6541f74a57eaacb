import { type ReadonlySignal, signal } from "@preact/signals";
import type { Answer } from "../../shared/instruments/wire.ts";

/** Lines of the log and of the history. */
const KEPT = 200;
/** Characters of an answer that are shown. */
const SHOWN = 2_000;
/** Errors that are read after a command; the queue of an instrument holds 20. */
const MAX_ERRORS = 20;

export interface ScpiLogLine {
  readonly number: number;
  readonly kind: "sent" | "answer" | "error" | "note";
  readonly text: string;
}

/** A command that an instrument has, for the list next to the line. */
export interface ScpiHeader {
  /** As it is written, with `?` if it can only be asked. */
  readonly text: string;
}

/** The text of a block such as `#15HELLO`; undefined if it is none. */
export function blockText(answer: string): string | undefined {
  if (!/^#[1-9]\d/.test(answer)) return undefined;
  const digits = Number(answer.charAt(1));
  return answer.slice(2 + digits, 2 + digits + Number(answer.slice(2, 2 + digits)));
}

/** The headers in an answer to SYSTem:HELP:HEADers?; empty if it is something else. */
export function headersFrom(answer: string): readonly string[] {
  const lines = blockText(answer)?.split("\n") ?? [];
  const headers = lines.map((line) => line.replace(/\/(qonly|nquery)\/$/, ""));
  return headers.filter((line) => /^[[*A-Za-z][\w:[\]*?|]{1,80}$/.test(line)).slice(0, 500);
}

/** The line for commands of one instrument: what was sent and answered, errors, and a history. */
export class ScpiLine {
  readonly log: ReadonlySignal<readonly ScpiLogLine[]>;
  readonly headers: ReadonlySignal<readonly string[]>;
  readonly #log = signal<readonly ScpiLogLine[]>([]);
  readonly #headers = signal<readonly string[]>([]);
  readonly #history: string[] = [];
  #number = 0;
  /** Position in the history; its length means: a new line. */
  #at = 0;
  /** Lines are carried out one after the other, so that errors stand under what caused them. */
  #tail: Promise<void> = Promise.resolve();

  constructor(
    private readonly ask: (line: string) => Promise<Answer>,
    private readonly textOf: (error: unknown) => string,
  ) {
    this.log = this.#log;
    this.headers = this.#headers;
  }

  /** Sends a line and writes what comes back into the log. */
  send(line: string): Promise<void> {
    const text = line.trim();
    if (text === "") return this.#tail;
    if (this.#history.at(-1) !== text) this.#history.push(text);
    if (this.#history.length > KEPT) this.#history.shift();
    this.#at = this.#history.length;
    this.#tail = this.#tail.then(() => this.#run(text));
    return this.#tail;
  }

  /** The line before (−1) or after (1) in the history; empty after the last one. */
  recall(step: -1 | 1): string {
    this.#at = Math.max(0, Math.min(this.#history.length, this.#at + step));
    return this.#history[this.#at] ?? "";
  }

  /** Asks which commands there are. An instrument that does not say so has an empty list. */
  async list(): Promise<void> {
    try {
      const { scpi = "" } = await this.ask("SYST:HELP:HEAD?");
      this.#headers.value = headersFrom(scpi);
      if (scpi === "") await this.#errors(() => {});
    } catch {
      // It is only a help; what is wrong shows with the first command.
    }
  }

  clear(): void {
    this.#log.value = [];
  }

  async #run(line: string): Promise<void> {
    this.#write("sent", line);
    try {
      const { scpi = "" } = await this.ask(line);
      if (scpi !== "") this.#write("answer", blockText(scpi) ?? scpi);
      // A line that reads the queue itself shows it; reading on would take away what the next line asks for.
      if (!/\bSYST(EM)?:ERR/i.test(line)) await this.#errors((text) => this.#write("error", text));
    } catch (error) {
      this.#write("note", this.textOf(error));
    }
  }

  /** Empties the error queue. */
  async #errors(each: (text: string) => void): Promise<void> {
    for (let count = 0; count < MAX_ERRORS; count++) {
      const { scpi = "" } = await this.ask("SYST:ERR?");
      if (scpi === "" || /^\+?0\b/.test(scpi)) return;
      each(scpi);
    }
  }

  #write(kind: ScpiLogLine["kind"], text: string): void {
    const line = { number: this.#number++, kind, text: text.slice(0, SHOWN) };
    this.#log.value = [...this.#log.peek(), line].slice(-KEPT);
  }
}

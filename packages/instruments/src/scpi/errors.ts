/** SCPI errors that an instrument can report: number and text, as the standard writes them. */
export const SCPI_ERRORS = {
  "no-error": [0, "No error"],
  command: [-100, "Command error"],
  "invalid-separator": [-103, "Invalid separator"],
  "data-type": [-104, "Data type error"],
  "too-many-parameters": [-108, "Parameter not allowed"],
  "missing-parameter": [-109, "Missing parameter"],
  "undefined-header": [-113, "Undefined header"],
  "invalid-suffix": [-131, "Invalid suffix"],
  protected: [-203, "Command protected"],
  conflict: [-221, "Settings conflict"],
  "out-of-range": [-222, "Data out of range"],
  "illegal-value": [-224, "Illegal parameter value"],
  overflow: [-350, "Queue overflow"],
} as const satisfies Readonly<Record<string, readonly [number, string]>>;

export type ScpiErrorCode = keyof typeof SCPI_ERRORS;

/** A command that cannot be carried out. The interpreter puts it into the error queue. */
export class ScpiError extends Error {
  override readonly name = "ScpiError";

  constructor(
    readonly code: ScpiErrorCode,
    /** What exactly; appended to the standard's text. */
    readonly detail = "",
  ) {
    super(`${SCPI_ERRORS[code][1]}${detail === "" ? "" : `; ${detail}`}`);
  }
}

/** Entries at most. The standard asks for an overflow entry in place of the last one. */
const CAPACITY = 20;
/** A detail can quote what an operator typed. */
const DETAIL_LENGTH = 120;

/** The error queue of IEEE 488.2: first in, first out; a full queue ends with -350. */
export class ErrorQueue {
  readonly #entries: string[] = [];

  get size(): number {
    return this.#entries.length;
  }

  add({ code, detail }: ScpiError): void {
    const full = this.#entries.length >= CAPACITY;
    if (full) this.#entries.pop();
    this.#entries.push(full ? entry("overflow") : entry(code, detail));
  }

  /** The oldest entry, which it removes; `0,"No error"` when empty. */
  take(): string {
    return this.#entries.shift() ?? entry("no-error");
  }

  clear(): void {
    this.#entries.length = 0;
  }
}

function entry(code: ScpiErrorCode, detail = ""): string {
  const [number, text] = SCPI_ERRORS[code];
  const what = detail.replace(/\p{Cc}/gu, " ").slice(0, DETAIL_LENGTH);
  // A quote inside a SCPI string is doubled.
  return `${number},"${(what === "" ? text : `${text}; ${what}`).replaceAll('"', '""')}"`;
}

/** The bit of the event status register that an error sets (IEEE 488.2, 11.5.1). */
export function statusBitOf(code: ScpiErrorCode): number {
  const [number] = SCPI_ERRORS[code];
  if (number <= -400) return 4;
  if (number <= -300) return 8;
  if (number <= -200) return 16;
  return number <= -100 ? 32 : 0;
}

import { ErrorQueue, ScpiError, statusBitOf } from "./errors.ts";
import { isKeyword, type Command as ParsedCommand, parseLine } from "./parse.ts";

/** What a header does: as a query it returns a text, as a command nothing. */
export interface Action {
  /** The header in SCPI's spelling: `VOLTage:PROTection`. Parts in brackets may be left out: `[SOURce:]VOLTage[:LEVel]`. */
  readonly header: string;
  /** One line for documents and help, such as `Voltage, 0 to 30 V`. */
  readonly about: string;
  query?(parameters: readonly string[]): string;
  command?(parameters: readonly string[]): void;
  /** Parameters at most, of the command and of the query. Default 1 for a command and 0 for a query. */
  readonly parameters?: number;
}

/** A command for lists. */
export interface Command extends Pick<Action, "header" | "about"> {
  readonly isQuery: boolean;
  readonly isCommand: boolean;
}

/** What the common commands need to know. */
export interface Identity {
  readonly maker: string;
  readonly model: string;
  readonly serial: string;
  readonly firmware: string;
}

const BYTE = 255;
/** Bits of the status byte: error queue not empty, event status summary, request for service. */
const QUEUE_BIT = 4;
const EVENT_BIT = 32;
const SERVICE_BIT = 64;
const OPERATION_COMPLETE = 1;
const POWER_ON = 128;

/** All spellings of a header: its optional parts with and without. */
function spellingsOf(header: string): readonly (readonly string[])[] {
  const match = /^(.*?)\[([^\]]*)\](.*)$/.exec(header);
  if (!match) return [header.split(":").filter((one) => one !== "")];
  const [, before = "", optional = "", after = ""] = match;
  return [...spellingsOf(`${before}${optional}${after}`), ...spellingsOf(`${before}${after}`)];
}

/** Carries out SCPI lines: the common commands of IEEE 488.2, the error queue, and the actions of an instrument. */
export class ScpiInterpreter {
  readonly errors = new ErrorQueue();
  readonly #actions: readonly { readonly paths: readonly (readonly string[])[]; readonly action: Action }[];
  #eventStatus = POWER_ON;
  #eventEnable = 0;
  #serviceEnable = 0;

  constructor(
    private readonly identity: Identity,
    actions: readonly Action[],
    private readonly reset: () => void,
  ) {
    this.#actions = [...this.#common(), ...actions].map((action) => ({ paths: spellingsOf(action.header), action }));
  }

  /**
   * Carries out a line and returns the answers of its queries, separated by `;`. An error ends the line; it goes to the error queue and
   * is not thrown. `mayChange` says whether commands other than queries are allowed (-203).
   */
  run(line: string, mayChange: boolean): string {
    const answers: string[] = [];
    try {
      for (const command of parseLine(line)) {
        const answer = this.#carryOut(command, mayChange);
        if (answer !== undefined) answers.push(answer);
      }
    } catch (error) {
      if (!(error instanceof ScpiError)) throw error;
      this.errors.add(error);
      this.#happened(statusBitOf(error.code));
    }
    return answers.join(";");
  }

  #carryOut({ path, query, parameters }: ParsedCommand, mayChange: boolean): string | undefined {
    const typed = path.join(":");
    const found = this.#actions.find(
      ({ paths, action }) =>
        (query ? action.query : action.command) !== undefined &&
        paths.some((one) => one.length === path.length && one.every((word, at) => isKeyword(path[at] ?? "", word))),
    )?.action;
    if (!found) throw new ScpiError("undefined-header", query ? `${typed}?` : typed);
    const most = found.parameters ?? (query ? 0 : 1);
    if (parameters.length > most) throw new ScpiError("too-many-parameters", parameters[most]);
    if (query) return found.query?.(parameters);
    if (!mayChange && !isHarmless(path)) throw new ScpiError("protected", "somebody else is in control");
    found.command?.(parameters);
    return undefined;
  }

  #statusByte(): number {
    const events = (this.#eventStatus & this.#eventEnable) === 0 ? 0 : EVENT_BIT;
    const byte = (this.errors.size === 0 ? 0 : QUEUE_BIT) | events;
    return (byte & this.#serviceEnable & ~SERVICE_BIT) === 0 ? byte : byte | SERVICE_BIT;
  }

  #common(): Action[] {
    const { maker, model, serial, firmware } = this.identity;
    return [
      {
        header: "*IDN",
        about: "Maker, model, serial number and firmware",
        query: () => [maker, model, serial, firmware].map((one) => one.replaceAll(",", " ")).join(","),
      },
      { header: "*RST", about: "Initial settings; outputs off", command: () => this.reset(), parameters: 0 },
      {
        header: "*CLS",
        about: "Clear the error queue and the event register",
        command: () => this.#clear(),
        parameters: 0,
      },
      { header: "*TST", about: "Self-test: 0 means passed", query: () => "0" },
      // Every command is complete when the next one begins.
      {
        header: "*OPC",
        about: "Operation complete: sets bit 0 of the event register, or returns 1",
        query: () => "1",
        command: () => this.#happened(OPERATION_COMPLETE),
        parameters: 0,
      },
      { header: "*WAI", about: "Wait for commands before; they are always complete", command: () => {}, parameters: 0 },
      {
        header: "*ESE",
        about: "Event enable mask, 0 to 255",
        query: () => String(this.#eventEnable),
        command: ([text]) => this.#enableEvents(text),
      },
      { header: "*ESR", about: "Event register, which this clears", query: () => this.#takeEvents() },
      {
        header: "*SRE",
        about: "Service request mask, 0 to 255",
        query: () => String(this.#serviceEnable),
        command: ([text]) => this.#enableService(text),
      },
      { header: "*STB", about: "Status byte", query: () => String(this.#statusByte()) },
      {
        header: "SYSTem:ERRor[:NEXT]",
        about: 'The oldest error, which leaves the queue, or 0,"No error"',
        query: () => this.errors.take(),
      },
      { header: "SYSTem:ERRor:COUNt", about: "Number of errors in the queue", query: () => String(this.errors.size) },
      { header: "SYSTem:VERSion", about: "Version of SCPI", query: () => "1999.0" },
      { header: "SYSTem:HELP:HEADers", about: "All commands, as a block of lines", query: () => this.#help() },
    ];
  }

  /** Every command, those of IEEE 488.2 first. */
  get commands(): readonly Command[] {
    return this.#actions.map(({ action: { header, about, query, command } }) => ({
      ...{ header, about },
      ...{ isQuery: query !== undefined, isCommand: command !== undefined },
    }));
  }

  /** As SCPI-99 has it: a line for each header, marked if it is only a query or only a command. */
  #help(): string {
    const lines = this.#actions.map(({ action: { header, query, command } }) => {
      return `${header}${query ? (command ? "" : "?/qonly/") : "/nquery/"}\n`;
    });
    const text = lines.join("");
    const length = String(text.length);
    return `#${length.length}${length}${text}`;
  }

  #happened(bit: number): void {
    this.#eventStatus |= bit;
  }

  #enableEvents(text: string | undefined): void {
    this.#eventEnable = registerValue(text);
  }

  #enableService(text: string | undefined): void {
    this.#serviceEnable = registerValue(text);
  }

  #clear(): void {
    this.errors.clear();
    this.#eventStatus = 0;
  }

  #takeEvents(): string {
    const status = this.#eventStatus;
    this.#eventStatus = 0;
    return String(status);
  }
}

/** Commands that concern only the one who reads errors, and change nothing about the instrument. */
const isHarmless = (path: readonly string[]): boolean =>
  ["*CLS", "*ESE", "*SRE", "*OPC", "*WAI"].includes(path[0] ?? "");

function registerValue(text: string | undefined): number {
  if (text === undefined) throw new ScpiError("missing-parameter");
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > BYTE) throw new ScpiError("out-of-range", `${text}: 0 to ${BYTE}`);
  return value;
}

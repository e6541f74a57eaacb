import { ErrorQueue, ScpiError, statusBitOf } from "./errors.ts";
import { type Command, isKeyword, parseLine } from "./parse.ts";

/** What a header does: as a query it returns a text, as a command nothing. */
export interface Action {
  /** The header in SCPI's spelling: `VOLTage:PROTection`. Parts in brackets may be left out: `[SOURce:]VOLTage[:LEVel]`. */
  readonly header: string;
  query?(parameters: readonly string[]): string;
  command?(parameters: readonly string[]): void;
  /** Parameters at most, of the command and of the query. Default 1 for a command and 0 for a query. */
  readonly parameters?: number;
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

  #carryOut({ path, query, parameters }: Command, mayChange: boolean): string | undefined {
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
        query: () => [maker, model, serial, firmware].map((one) => one.replaceAll(",", " ")).join(","),
      },
      { header: "*RST", command: () => this.reset(), parameters: 0 },
      { header: "*CLS", command: () => this.#clear(), parameters: 0 },
      { header: "*TST", query: () => "0" },
      // Every command is complete when the next one begins.
      {
        header: "*OPC",
        query: () => "1",
        command: () => this.#happened(OPERATION_COMPLETE),
        parameters: 0,
      },
      { header: "*WAI", command: () => {}, parameters: 0 },
      { header: "*ESE", query: () => String(this.#eventEnable), command: ([text]) => this.#enableEvents(text) },
      { header: "*ESR", query: () => this.#takeEvents() },
      { header: "*SRE", query: () => String(this.#serviceEnable), command: ([text]) => this.#enableService(text) },
      { header: "*STB", query: () => String(this.#statusByte()) },
      { header: "SYSTem:ERRor[:NEXT]", query: () => this.errors.take() },
      { header: "SYSTem:VERSion", query: () => "1999.0" },
    ];
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

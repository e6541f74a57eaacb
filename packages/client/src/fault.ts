import type { Duty, FaultCode } from "@achex/protocol";
import { type Data, textFrom } from "./json.ts";

/** What happened and what to do, for each fault that the client itself finds. docs/client.md lists the same codes. */
const texts = {
  unknown: ["The session ended before the reply.", "Check whether it arrived, or use { repeatable: true }."],
  closed: ["The client is closed.", "Call connect()."],
  dismissed: ["The server ended the session.", "Call login()."],
  timeout: ["No answer in time.", "Try again, or allow more time."],
  aborted: ["Cancelled.", ""],
  unreachable: ["The connection failed.", "Check the address and whether the relay is running."],
  "bad-address": ["The address is invalid.", "Use one like wss://relay.example/instance."],
  "outbox-full": ["The outgoing queue is full.", "Send less while client.pressure is high."],
  "too-large": ["The frame is larger than the server allows.", "Split it, or send a file."],
  unsupported: ["Not supported here.", ""],
  "bad-payload": ["The payload cannot be sent.", "Send an object without reserved keys, or use sendBinary()."],
  invalid: ["It does not match its schema.", "See issues."],
  lagging: ["The loop over messages() is too slow.", "Read faster, or raise its limit."],
  "no-handler": ["The receiver has no handler.", "Add one with handle() or onStream()."],
  failed: ["The other side failed.", ""],
  refused: ["The server rejected it.", ""],
} as const;

/** Faults found by the client itself. */
export type ClientFaultCode = keyof typeof texts;

/** Other clients can also define codes of their own for their answers. */
export type AnyFaultCode = FaultCode | ClientFaultCode | (string & {});

/** A problem that a schema found in a value. */
export interface Issue {
  /** Keys that lead to the value, outermost first. */
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

export interface FaultDetails {
  /** What to do about it, for people. */
  readonly remedy?: string;
  /** Page that explains it. */
  readonly link?: string;
  /** Whether the same request may succeed later. Default false. */
  readonly retry?: boolean;
  readonly cause?: unknown;
  readonly issues?: readonly Issue[];
  readonly room?: string;
}

/** The client's own faults that can be retried. Faults from the server say so themselves (PROTOCOL.md R7). */
const temporary: readonly string[] = ["timeout", "outbox-full", "unreachable"];

/** The relay's site, which has a page that explains all faults. */
let site = "";
export const setFaultSite = (origin: string): void => {
  site = origin;
};

/** A request that was rejected, or whose outcome is unknown (`unknown`). Branch on `code`. */
export class Fault extends Error {
  /** Set explicitly, because bundlers rename classes. */
  static override readonly name: string = "Fault";
  override readonly name = "Fault";
  readonly code: AnyFaultCode;
  /** What to do about it, for people. */
  readonly remedy: string;
  /** Page on the relay that explains it. */
  readonly link: string;
  /** The same request may succeed later as it is. */
  readonly retry: boolean;
  /** For `invalid`: the problems the schema found, and where. */
  readonly issues: readonly Issue[];
  /** For a received message that is `invalid`: the hub or broadcast it came from. */
  readonly room: string | undefined;

  constructor(code: AnyFaultCode, message: string, details: FaultDetails = {}) {
    super(message, { cause: details.cause });
    this.code = code;
    this.remedy = details.remedy ?? "";
    this.link = (details.link ?? "").replace(/^\//, `${site}/`);
    this.retry = details.retry ?? temporary.includes(code);
    this.issues = details.issues ?? [];
    this.room = details.room;
  }

  /** What a program should do: send the same request again (`retry`), check what arrived and continue (`resume`), or give up (`stop`). */
  get duty(): Duty {
    if (this.code === "unknown") return "resume";
    return this.retry ? "retry" : "stop";
  }
}

/** A fault of the client's own; `detail` has the specifics. */
export function ownFault(code: ClientFaultCode, detail?: string, cause?: unknown, more?: FaultDetails): Fault {
  const [message, remedy] = texts[code];
  return new Fault(code, detail ?? message, { remedy, link: "/client#faults", cause, ...more });
}

/** The error itself if it is already a fault. */
export const faultFromError = (error: unknown, code: ClientFaultCode): Fault =>
  error instanceof Fault ? error : ownFault(code, String(error), error);

/** A fault from a frame; `more` is the number of faults the server has suppressed (PROTOCOL.md R8). */
export const faultFromFrame = ({ code, message, remedy, link, retry, more }: Data): Fault =>
  new Fault(textFrom(code), textFrom(message) + (more ? ` And ${more} more.` : ""), {
    ...{ remedy: textFrom(remedy), link: textFrom(link) },
    retry: retry === true,
  });

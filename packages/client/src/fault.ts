import type { Duty, FaultCode } from "@achex/protocol";
import { type Data, textFrom } from "./json.ts";

/** Faults found by the client itself; docs/client.md explains them. */
export type ClientFaultCode =
  | "unknown"
  | "closed"
  | "dismissed"
  | "timeout"
  | "aborted"
  | "outbox-full"
  | "too-large"
  | "unsupported"
  | "bad-payload"
  | "invalid"
  | "lagging"
  | "no-handler"
  | "failed"
  | "refused";

/** Codes that a peer made up for its own answers are possible too. */
export type AnyFaultCode = FaultCode | ClientFaultCode | (string & {});

export interface FaultDetails {
  /** What to do about it, for people. */
  readonly remedy?: string;
  /** Page on the server that explains it, such as `/errors#no-such-name`. */
  readonly link?: string;
  /** The same request may succeed later as it is. Default false. */
  readonly retry?: boolean;
  readonly cause?: unknown;
}

/** The client's own faults after which the same call may succeed; a server says so in its faults (PROTOCOL.md R7). */
const isTemporary = (code: AnyFaultCode): boolean => code === "timeout" || code === "outbox-full";

/** A request that was refused, or whose outcome nobody can know (`unknown`). Branch on `code`. */
export class Fault extends Error {
  override readonly name = "Fault";
  readonly code: AnyFaultCode;
  /** What to do about it, for people. */
  readonly remedy: string;
  /** Page on the server that explains it, such as `/errors#no-such-name`. */
  readonly link: string;
  /** The same request may succeed later as it is. */
  readonly retry: boolean;

  constructor(code: AnyFaultCode, message: string, details: FaultDetails = {}) {
    super(message, { cause: details.cause });
    this.code = code;
    this.remedy = details.remedy ?? "";
    this.link = details.link ?? "";
    this.retry = details.retry ?? isTemporary(code);
  }

  /** What a program should do: try again as it is, carry on after looking, or give up. */
  get duty(): Duty {
    if (this.code === "unknown") return "resume";
    return this.retry ? "retry" : "stop";
  }
}

/** A fault of the client's own; `detail` says what exactly. */
export const ownFault = (code: ClientFaultCode, detail: string = code, cause?: unknown): Fault =>
  new Fault(code, detail, { link: "/client#faults", cause });

/** The error itself if it is a fault already. */
export const faultFromError = (error: unknown, code: ClientFaultCode): Fault =>
  error instanceof Fault ? error : ownFault(code, String(error), error);

/** A fault from a frame; `more` counts those the server has left out (PROTOCOL.md R8). */
export const faultFromFrame = ({ code, message, remedy, link, retry, more }: Data): Fault =>
  new Fault(textFrom(code), textFrom(message) + (more ? ` And ${more} more.` : ""), {
    ...{ remedy: textFrom(remedy), link: textFrom(link) },
    retry: retry === true,
  });

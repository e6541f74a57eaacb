import { type FaultCode, faultOf } from "../faults.ts";

export interface Hello {
  readonly sid: number;
  readonly version: string;
  readonly instance: string;
  /** Milliseconds since 1970, by the server's clock. */
  readonly time: number;
  /** Seconds of silence after which either side pings (PROTOCOL.md R60); 0 when the server does not. */
  readonly heartbeat: number;
  /** Limits in force by name; 0 is none. */
  readonly limits: Readonly<Record<string, number>>;
}

/** The first frame of the server (PROTOCOL.md R5). */
export const helloFrame = (hello: Hello): string => JSON.stringify({ $hello: hello });

/** The reply to a frame that succeeded (PROTOCOL.md R6); `result` is JSON. */
export const resultFrame = (ref: number, result: string): string => `{"$ref":${ref},"$result":${result}}`;

/** The reply to a frame that was refused (PROTOCOL.md R6, R7). `details` are more members of the fault, each after a comma. */
export const faultFrame = (ref: number, code: FaultCode, details = ""): string =>
  `{"$ref":${ref},"$fault":${JSON.stringify(faultOf(code)).slice(0, -1)}${details}}}`;

/** The fault of a frame without `$ref`; `more` is how many such faults were left out (PROTOCOL.md R8). */
export const faultEventFrame = (code: FaultCode, more: number): string =>
  JSON.stringify({ $fault: more > 0 ? { ...faultOf(code), more } : faultOf(code) });

/** Tells a caller that no callee is left to answer (PROTOCOL.md R33). */
export const calleeGoneFrame = (id: number): string =>
  JSON.stringify({ $answer: { id, fault: faultOf("callee-gone") } });

/** Tells a callee that its answer is no longer wanted (PROTOCOL.md R34). */
export const cancelFrame = (id: number, caller: number): string => `{"$call":{"cancel":${id}},"sID":${caller}}`;

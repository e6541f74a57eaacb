import { type FaultCode, faultOf } from "../faults.ts";

export interface Hello {
  readonly sid: number;
  readonly version: string;
  readonly instance: string;
  /** Milliseconds since 1970, by the server's clock. */
  readonly time: number;
  /** Seconds of silence after which either side asks for a sign of life. */
  readonly heartbeat: number;
  /** Limits in force by name; 0 is none. */
  readonly limits: Readonly<Record<string, number>>;
}

/** PROTOCOL.md R5. */
export const helloFrame = (hello: Hello): string => JSON.stringify({ $hello: hello });

/** PROTOCOL.md R6; `result` is JSON. */
export const resultFrame = (ref: number, result: string): string => `{"$ref":${ref},"$result":${result}}`;

/** PROTOCOL.md R6, R7. */
export const faultFrame = (ref: number, code: FaultCode): string =>
  `{"$ref":${ref},"$fault":${JSON.stringify(faultOf(code))}}`;

/** PROTOCOL.md R8; `more` is how many such faults were left out before it. */
export const complaintFrame = (code: FaultCode, more: number): string =>
  JSON.stringify({ $fault: more > 0 ? { ...faultOf(code), more } : faultOf(code) });

/** The server's word to a caller that nobody is left to answer (PROTOCOL.md R33). */
export const calleeGoneFrame = (id: number): string =>
  JSON.stringify({ $answer: { id, fault: faultOf("callee-gone") } });

/** The server's word to a callee that its answer is no longer wanted (PROTOCOL.md R34). */
export const cancelFrame = (id: number, caller: number): string => `{"$call":{"cancel":${id}},"sID":${caller}}`;

import type { FaultCode } from "@achex/protocol";

/** What came of a frame: a result, or the code of the fault that stands in its way. */
export type Outcome = { readonly result: string } | { readonly fault: FaultCode };

export const done: Outcome = { result: "{}" };
export const fault = (code: FaultCode): Outcome => ({ fault: code });
export const result = (value: object): Outcome => ({ result: JSON.stringify(value) });

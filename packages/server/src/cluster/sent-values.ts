import { SESSION_ID_END } from "@achex/protocol";

/** What other nodes send is JSON of any form: nodes trust each other, but a mistake must not stop one, or reach a client. */

/** Also false for the infinity that JSON can write as 1e999, and for -0. */
export const isCount = (sent: unknown): sent is number =>
  typeof sent === "number" && Number.isSafeInteger(sent) && sent >= 0 && !Object.is(sent, -0);

export const isSessionId = (sent: unknown): sent is number => isCount(sent) && sent > 0 && sent < SESSION_ID_END;

/** The name of an instance. One with NUL could make two channels one, because keys are joined with it. */
export const isInstance = (sent: unknown): sent is string => typeof sent === "string" && !sent.includes("\0");

/** A number of sessions; anything else is 0. */
export const countOf = (sent: unknown): number => (isCount(sent) ? sent : 0);

/** The session ids of a list. */
export const readIds = (sent: unknown): number[] => (Array.isArray(sent) ? sent.filter(isSessionId) : []);

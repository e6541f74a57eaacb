export { CODE_ALPHABET, CODE_LENGTH, codeFrom, newCode } from "@achex/streaming/code";

/** The hub of a room. Each game is an instance of its own, so rooms of two games never meet. */
export const hubOf = (code: string): string => `room-${code}`;

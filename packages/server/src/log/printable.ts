/** Controls, line separators and marks that reverse the reading order. */
const UNPRINTABLE = /[\p{Cc}\u061c\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/**
 * The text with everything that a terminal could obey written as \uXXXX, which inside JSON strings means the same. Without
 * it a name could forge log lines or move the cursor of whoever reads them.
 */
export const printable = (text: string): string =>
  text.replace(UNPRINTABLE, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);

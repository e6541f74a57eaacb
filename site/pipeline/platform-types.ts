/** Types of the platform in the declarations of the client library, with the type parameters that the DOM's have. */
const PLATFORM = {
  AbortSignal: "AbortSignal",
  Blob: "Blob",
  ReadableStream: "ReadableStream<R = any>",
  WritableStream: "WritableStream<W = any>",
};

/**
 * Declarations that also compile without the DOM's types and without Node's: an empty interface merges with the real one where
 * there is one, and takes its place where there is none.
 */
export function withPlatformTypes(declarations: string): string {
  const used = Object.entries(PLATFORM).filter(([name]) => new RegExp(`\\b${name}\\b`).test(declarations));
  if (used.length === 0) return declarations;
  return `declare global {\n${used.map(([, type]) => `    interface ${type} {}\n`).join("")}}\n\n${declarations}`;
}

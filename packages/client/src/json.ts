/** A JSON object: what a frame and its payload are. */
export type Data = Record<string, unknown>;

export const isData = (value: unknown): value is Data =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The value if it is an object, else an object without keys. */
export const dataFrom = (value: unknown): Data => (isData(value) ? value : {});

export const numberFrom = (value: unknown): number | undefined => (typeof value === "number" ? value : undefined);

export const textFrom = (value: unknown): string => (typeof value === "string" ? value : "");

/** undefined when the text is no JSON object. */
export function parseObject(text: string): Data | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isData(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

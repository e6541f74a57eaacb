/** A JSON object: what a frame and its payload are. */
export type Data = Record<string, unknown>;

export const isData = (value: unknown): value is Data =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Whatever came, as an object; anything else is one without keys. */
export const dataFrom = (value: unknown): Data => (isData(value) ? value : {});

export const numberFrom = (value: unknown): number | undefined => (typeof value === "number" ? value : undefined);

export const textFrom = (value: unknown): string => (typeof value === "string" ? value : "");

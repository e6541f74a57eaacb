import { isJsonObject } from "@achex/protocol";

/** A JSON object, such as a frame or its payload. */
export type Data = Record<string, unknown>;

export { isJsonObject as isData };

/** Bytes in their own buffer. Written so that it compiles with TypeScript before and after 5.7. */
export type Bytes = ReturnType<Uint8ArrayConstructor["of"]>;

/** The value if it is an object, otherwise an empty object. */
export const dataFrom = (value: unknown): Data => (isJsonObject(value) ? value : {});

export const numberFrom = (value: unknown): number | undefined => (typeof value === "number" ? value : undefined);

export const textFrom = (value: unknown): string => (typeof value === "string" ? value : "");

/** undefined when the text is not a JSON object. */
export function parseObject(text: string): Data | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

import { type Data, isData } from "./data.ts";
import { ownFault } from "./fault.ts";
import { reservedKey } from "./message.ts";

/** The frame as text; throws for what cannot be one. */
export function bodyOf(address: Data, data: object, own: Data = {}): string {
  const wrong = isData(data) ? reservedKey(data) : "no object";
  if (wrong !== undefined) throw ownFault("bad-payload", `bad payload: ${wrong}`);
  return JSON.stringify({ ...address, ...own, ...data });
}

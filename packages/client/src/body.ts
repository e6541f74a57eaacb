import { type Data, isData } from "./data.ts";
import { ownFault } from "./fault.ts";
import { reservedKey } from "./message.ts";

/** The frame as text; throws for what cannot be one. */
export function bodyOf(address: Data, data: object, own: Data = {}): string {
  if (!isData(data)) throw ownFault("bad-payload", "It is no object.");
  const wrong = reservedKey(data);
  if (wrong !== undefined) throw ownFault("bad-payload", `It has the key "${wrong}".`);
  return JSON.stringify({ ...address, ...own, ...data });
}

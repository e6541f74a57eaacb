import { type Data, isData } from "./data.ts";
import { ownFault } from "./fault.ts";
import { reservedKey } from "./message.ts";

/** A payload with its address and keys of our own; throws for what cannot be one. */
export function frameOf(address: Data, data: object, own: Data = {}): Data {
  const wrong = isData(data) ? reservedKey(data) : "no object";
  if (wrong !== undefined) throw ownFault("bad-payload", `bad payload: ${wrong}`);
  return { ...address, ...own, ...data };
}

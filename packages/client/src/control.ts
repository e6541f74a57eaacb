import type { Connection, Reply } from "./connection.ts";
import { type Fault, faultFromError, ownFault } from "./fault.ts";
import type { Data } from "./json.ts";

/** Sends a frame that only makes sense in the session of that connection; fails as dropped if there is none. */
export function sendControl(
  { connection, reason }: { readonly connection: Connection | undefined; readonly reason: Fault | undefined },
  frame: Data,
  reply: Reply = () => {},
  bytes?: Uint8Array,
): void {
  let body: string;
  try {
    body = JSON.stringify(frame);
  } catch (error) {
    reply({}, faultFromError(error, "bad-payload"));
    return;
  }
  if (connection) connection.request(body, reply, bytes);
  else reply({}, reason ?? ownFault("unknown"), "unsent");
}

import type { Address } from "@achex/protocol";
import type { Core } from "../../node/core.ts";
import type { Session } from "../../session/session.ts";
import type { OutgoingMessage } from "./message-frames.ts";
import { fault, type Reply } from "./reply.ts";

const withDuplicate = (result: string): Reply => ({ result: `${result.slice(0, -1)},"duplicate":true}` });

const addressText = (address: Address): string =>
  address.kind === "session" ? `${address.id}` : `${address.kind} ${address.name}`;

/** A proxy on this machine stands for many clients. */
const ownerOf = ({ addressUse, id }: Session): string => (addressUse.isLoopback ? `${id}` : addressUse.address);

/**
 * Sends a message with an id, unless its sender has sent it before: then the reply is that of the first (PROTOCOL.md R146).
 * `send` sends it and passes on the reply, perhaps later.
 */
export function sendOnce(
  { recentResults, kept }: Pick<Core, "recentResults" | "kept">,
  session: Session,
  { instance, targets }: OutgoingMessage,
  id: string,
  answer: (reply: Reply) => void,
  send: (answer: (reply: Reply) => void) => void | Promise<void>,
): void | Promise<void> {
  const sender = session.state.kind === "named" ? session.state.name : "";
  const key = [instance, sender, ...targets.map(addressText), id].join("\0");
  const earlier = recentResults.find(key);
  if (earlier !== undefined) {
    let first: string | undefined;
    const repeat = (): void => answer(first === undefined ? fault("keep-failed") : withDuplicate(first));
    const inOrder = kept ? kept.inOrder(session, repeat) : repeat;
    const known = (result: string | undefined): void => {
      first = result;
      inOrder();
    };
    // The first may still be being stored. Its sender may be another session of the same name, so this one waits for it.
    if (typeof earlier !== "string") return earlier.then(known);
    known(earlier);
    return;
  }
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  const owner = ownerOf(session);
  recentResults.remember(owner, key, promise);
  return send((reply) => {
    const first = "result" in reply ? reply.result : undefined;
    if (first === undefined) recentResults.forget(key);
    else recentResults.remember(owner, key, first);
    resolve(first);
    answer(reply);
  });
}

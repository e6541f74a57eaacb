import type { Address } from "@achex/protocol";
import type { Cluster } from "../../cluster/cluster.ts";
import type { Core } from "../../node/core.ts";
import type { SendOutcome } from "../../node/recent-results.ts";
import type { Session } from "../../session/session.ts";
import type { OutgoingMessage } from "./message-frames.ts";
import type { Reply } from "./reply.ts";

/** The reply to a repetition. */
const repeated = (first: SendOutcome): Reply =>
  "result" in first ? { result: `${first.result.slice(0, -1)},"duplicate":true}` } : first;

const addressText = (address: Address): string =>
  address.kind === "session" ? `${address.id}` : `${address.kind} ${address.name}`;

/** A proxy on this machine stands for many clients. */
const ownerOf = ({ addressUse, id }: Session): string => (addressUse.isLoopback ? `${id}` : addressUse.address);

/**
 * Sends a message with an id, unless its sender has sent it before: then the reply is that of the first (PROTOCOL.md R146).
 * `send` sends it and passes on the reply, perhaps later.
 */
export function sendOnce(
  { recentResults, kept, cluster }: Pick<Core, "recentResults" | "kept" | "cluster">,
  session: Session,
  { instance, targets }: OutgoingMessage,
  id: string,
  answer: (reply: Reply) => void,
  send: (answer: (reply: Reply) => void) => void | Promise<void>,
): void | Promise<void> {
  const sender = session.state.kind === "named" ? session.state.name : "";
  const key = [instance, sender, ...targets.map(addressText), id].join("\0");
  const earlier = recentResults.find(key);
  /** Announces a reply, which comes after those of the session's earlier messages (PROTOCOL.md R6). */
  const replyInOrder = (): ((first: SendOutcome) => void) => {
    let reply: Reply;
    const say = (): void => answer(reply);
    const inOrder = kept ? kept.inOrder(session, say) : say;
    return (first) => {
      reply = repeated(first);
      inOrder();
    };
  };
  if (earlier !== undefined) {
    const known = replyInOrder();
    // The first may still be being stored. Its sender may be another session of the same name, so this one waits for it.
    if (typeof earlier !== "string") return earlier.then(known);
    known({ result: earlier });
    return;
  }
  const { promise, resolve } = Promise.withResolvers<SendOutcome>();
  const owner = ownerOf(session);
  recentResults.remember(owner, key, promise);
  const know = (first: SendOutcome): void => {
    if ("result" in first) recentResults.remember(owner, key, first.result);
    else recentResults.forget(key);
    resolve(first);
  };
  const begin = (): void | Promise<void> =>
    send((reply) => {
      know(reply);
      answer(reply);
    });
  const asking = cluster && resultElsewhere(cluster, key);
  if (!asking) return begin();
  return asking.then((first) => {
    if (first === undefined) return begin();
    know({ result: first });
    replyInOrder()({ result: first });
  });
}

/** The result that another node has given to a message, should it have been sent there before. */
function resultElsewhere(cluster: Cluster, key: string): Promise<string | undefined> | undefined {
  const peers = [...cluster.peers];
  if (peers.length === 0) return undefined;
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  let awaited = peers.length;
  for (const peer of peers) {
    cluster.asks.ask(peer, ["once?", key], undefined, (answered) => {
      const [first] = answered ?? [];
      if (typeof first === "string") resolve(first);
      else if (--awaited === 0) resolve(undefined);
    });
  }
  return promise;
}

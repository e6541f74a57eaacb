import type { Address } from "@achex/protocol";
import type { Answer } from "../../cluster/asks.ts";
import type { Cluster } from "../../cluster/cluster.ts";
import type { Core } from "../../node/core.ts";
import type { SendOutcome } from "../../node/recent-results.ts";
import type { Session } from "../../session/session.ts";
import type { OutgoingMessage } from "./message-frames.ts";
import type { Reply } from "./reply.ts";

/** How long the result of a message may take that is being sent at another node: to a kept channel, the log decides within five seconds. */
const RESULT_MILLISECONDS = 6_000;

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
  cluster.idClaims.asking.add(key);
  return asking.then((first) => {
    cluster.idClaims.asking.delete(key);
    if (first === undefined) return begin();
    know({ result: first });
    replyInOrder()({ result: first });
  });
}

/** The result that another node has given to a message, or will give, should it have been sent there before. */
function resultElsewhere(cluster: Cluster, key: string): Promise<string | undefined> | undefined {
  const peers = [...cluster.peers];
  if (peers.length === 0) return undefined;
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  let awaited = peers.length;
  const known = (first: unknown): void => {
    if (typeof first === "string") resolve(first);
    else if (--awaited === 0) resolve(undefined);
  };
  const waitFor = (node: string): void => {
    const peer = cluster.links.peer(node);
    const answered = (answer: Answer): void => known(answer?.[0]);
    if (peer) cluster.asks.ask(peer, ["once?", key, true], undefined, answered, { wait: RESULT_MILLISECONDS });
    else known(undefined);
  };
  const owner = cluster.decides ? cluster.idClaims.claim(key, cluster.node) : cluster.node;
  if (owner !== cluster.node) {
    awaited++;
    waitFor(owner);
  }
  for (const peer of peers) {
    cluster.asks.ask(peer, ["once?", key], undefined, (answer) => {
      const [first, other] = answer ?? [];
      if (typeof other === "string" && other !== cluster.node) waitFor(other);
      else known(first);
    });
  }
  return promise;
}

/**
 * Answers another node that has got a message with that id: the result; or the node that sends it now, if that is known; or nothing.
 * With `waits`, it wants to have the result of the message that is being sent here.
 */
export function answerOnce(
  { recentResults }: Pick<Core, "recentResults">,
  { node, decides, idClaims }: Cluster,
  asker: string,
  key: string,
  waits: boolean,
  answer: (answer: readonly unknown[]) => void,
): void {
  const first = recentResults.find(key);
  const isBeingSent = first instanceof Promise && !idClaims.asking.has(key);
  if (typeof first === "string") answer([first]);
  else if (waits) {
    if (first) void first.then((outcome) => answer("result" in outcome ? [outcome.result] : []));
    else answer([]);
  } else if (isBeingSent) answer([null, node]);
  else {
    const owner = decides ? idClaims.claim(key, asker) : asker;
    answer(owner === asker ? [] : [null, owner]);
  }
}

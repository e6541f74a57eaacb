import type { Address } from "@achex/protocol";
import type { Answer } from "../../cluster/asks.ts";
import type { Cluster } from "../../cluster/cluster.ts";
import type { Peer } from "../../cluster/peer.ts";
import { countOf } from "../../cluster/sent-values.ts";
import type { Spread } from "../../cluster/spread.ts";
import { sentTarget } from "../../cluster/targets.ts";
import type { Core } from "../../node/core.ts";
import type { Session } from "../../session/session.ts";
import { type OutgoingMessage, type Part, sendHere, writtenTarget } from "./message-frames.ts";
import type { Reply } from "./reply.ts";

/** What a message is sent for, and how it is answered. */
export interface Sending {
  /** Its sender gets to know how many took it, and its next frame waits for that. */
  readonly wantsResult: boolean;
  /** `node` is the number of nodes that did not answer. */
  conclude(part: Part, node: number): void;
}

/** How a frame of achex.2 is answered. */
export interface Answering {
  readonly wantsResult: boolean;
  reply(reply: Reply): void;
}

/** Sessions on this node that take turns under a name. */
export function turnsHere({ channels }: Pick<Core, "channels">, instance: string, name: string): number {
  const channel = channels.find(instance, "name", name);
  return channel?.owner?.roundRobin ? channel.size : 0;
}

export const spreadOf = (core: Core, cluster: Cluster, { instance, targets }: OutgoingMessage): Spread | undefined =>
  cluster.spread(instance, targets, (name) => turnsHere(core, instance, name));

/** A message as another node is asked to deliver it. */
export const askedMessage = (
  kind: string,
  { instance, except, latest }: OutgoingMessage,
  targets: readonly Address[],
): readonly unknown[] => [kind, instance, targets.map(sentTarget), except ?? 0, latest ?? null];

/** Sends an ordinary message, to this node first, and then to those that have other receivers (PROTOCOL.md R11). */
export function sendInCluster(
  core: Core,
  cluster: Cluster,
  session: Session,
  message: OutgoingMessage,
  sending: Sending,
  attempt = 0,
): void | Promise<void> {
  const spread = spreadOf(core, cluster, message);
  if (!spread) {
    sending.conclude(sendHere(core, message), 0);
    return;
  }
  const { here, parts } = spread;
  const own = sendHere(core, { ...message, targets: here });
  const [only] = parts;
  const inTurn = only !== undefined && isInTurn(cluster, message);
  // A list of which nobody may be left is counted, although nobody waits for it.
  const isUncertain = own.taken === 0 && parts.size > 1 && message.targets.length > 1;
  if (!sending.wantsResult && !inTurn && !isUncertain) {
    session.chargeDeliveries(parts.size, parts.size * message.payload.length);
    session.lastForward = cluster.forwards.next();
    if (own.taken === 0 && parts.size === 1 && only) {
      offer(cluster, only[0], message, sending);
      return;
    }
    for (const [peer, targets] of parts) cluster.forward(peer, { ...message, targets });
    sending.conclude({ ...own, taken: own.taken + parts.size, missing: [] }, 0);
    return;
  }
  const { promise, resolve } = Promise.withResolvers<void>();
  const answers: [readonly Address[], Part | undefined][] = [[here, own]];
  for (const [peer, targets] of parts) {
    cluster.asks.ask(peer, askedMessage("send?", message, targets), message.payload, (answer) => {
      const part = readPart(answer);
      answers.push([targets, part]);
      if (part) session.chargeDeliveries(part.taken, part.taken * message.payload.length);
      if (answers.length <= parts.size) return;
      // Its turn has passed to a node where nobody was left.
      const isRetried = inTurn && part?.taken === 0 && attempt < cluster.nodes;
      if (isRetried) resolve(sendInCluster(core, cluster, session, message, sending, attempt + 1));
      else {
        sending.conclude(...sumOf(message.targets, answers));
        resolve();
      }
    });
  }
  return sending.wantsResult || inTurn ? promise : undefined;
}

/** Passes a message on; should nobody there take it, its sender learns it, without having waited for it. */
function offer(cluster: Cluster, peer: Peer, message: OutgoingMessage, { conclude }: Sending): void {
  const asked = askedMessage("offer?", message, message.targets);
  const answered = (answer: Answer): void => {
    const part = readPart(answer);
    if (part) conclude(part, 0);
  };
  cluster.asks.ask(peer, asked, message.payload, answered, { isAnswerOptional: true });
}

/** Whether another node has sessions that take turns under the only target. */
function isInTurn(cluster: Cluster, { instance, targets }: OutgoingMessage): boolean {
  const [target] = targets;
  if (targets.length !== 1 || target?.kind !== "name") return false;
  for (const [, { turns }] of cluster.holders({ instance, kind: "name", name: target.name }))
    if (turns > 0) return true;
  return false;
}

export const sentPart = ({ taken, held, dialect, backlog, missing }: Part): readonly unknown[] => [
  taken,
  held,
  dialect,
  backlog,
  missing,
];

function readPart(answer: Answer): Part | undefined {
  if (!answer) return undefined;
  const [taken, held, dialect, backlog, missing] = answer;
  const isValue = (value: unknown): value is string | number => typeof value === "string" || typeof value === "number";
  return {
    taken: countOf(taken),
    held: countOf(held),
    dialect: countOf(dialect),
    backlog: countOf(backlog),
    missing: Array.isArray(missing) ? missing.filter(isValue) : [],
  };
}

/** The reply from what became of a message on every node; those that did not answer are counted. */
function sumOf(
  targets: readonly Address[],
  answers: readonly (readonly [readonly Address[], Part | undefined])[],
): [Part, number] {
  const reached = new Set<string | number>();
  const sum = { taken: 0, held: 0, dialect: 0, backlog: 0 };
  let nodes = 0;
  for (const [part, result] of answers) {
    for (const value of part.flatMap(writtenTarget)) if (!result?.missing.includes(value)) reached.add(value);
    if (!result) {
      nodes++;
      continue;
    }
    sum.taken += result.taken;
    sum.held += result.held;
    sum.dialect += result.dialect;
    sum.backlog += result.backlog;
  }
  const missing = targets.flatMap(writtenTarget).filter((value) => !reached.has(value));
  return [{ ...sum, missing }, nodes];
}

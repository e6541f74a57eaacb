import { type Address, type DropReason, type SendFrame, stamped } from "@achex/protocol";
import type { Cluster } from "../../cluster/cluster.ts";
import { countOf } from "../../cluster/sent-values.ts";
import type { Message } from "../../engine.ts";
import type { KeptChannel } from "../../keep.ts";
import type { Core } from "../../node/core.ts";
import type { Session } from "../../session/session.ts";
import { askedMessage, sendInCluster, spreadOf } from "../achex2/cluster-sends.ts";
import type { OutgoingMessage } from "../achex2/message-frames.ts";

/**
 * Sends a message (PROTOCOL.md M1..M4). The sender of a hub message does not receive it; the sender of any other does, if it is
 * addressed. Returns how many sessions accepted it, or why it was dropped.
 */
export function sendLegacy(
  core: Core,
  session: Session,
  { targets, text, correlated }: SendFrame,
): DropReason | number {
  const { state, instance } = session;
  if (state.kind !== "named") return "not-logged-in";
  const except = targets[0]?.kind === "hub" ? session.id : undefined;
  const message = { instance, targets, payload: stamped(text, state.stamp), except };
  const reached = correlated ? publishToLegacy(core, message) : core.engine.publish(message);
  return reached === 0 ? "no-recipient" : reached;
}

/** The same across the nodes of a cluster; `conclude` is called when it is known how many accepted it. */
export function sendLegacyInCluster(
  core: Core,
  cluster: Cluster,
  session: Session,
  { targets, text, correlated }: SendFrame,
  conclude: (sent: DropReason | number) => void,
): void | Promise<void> {
  const { state, instance } = session;
  if (state.kind !== "named") return conclude("not-logged-in");
  const except = targets[0]?.kind === "hub" ? session.id : undefined;
  const message: OutgoingMessage = {
    instance,
    targets,
    payload: stamped(text, state.stamp),
    except,
    latest: undefined,
  };
  const wantsResult = session.reports !== undefined;
  if (correlated) return sendCorrelated(core, cluster, message, wantsResult, conclude);
  return sendInCluster(core, cluster, session, message, {
    wantsResult,
    conclude: ({ taken }, missed) => conclude(taken === 0 && missed === 0 ? "no-recipient" : taken),
  });
}

/** Goes to sessions of the legacy dialects only, on every node (PROTOCOL.md R36). */
function sendCorrelated(
  core: Core,
  cluster: Cluster,
  message: OutgoingMessage,
  wantsResult: boolean,
  conclude: (sent: DropReason | number) => void,
): void | Promise<void> {
  const spread = spreadOf(core, cluster, message);
  const here = spread ? spread.here : message.targets;
  let taken = here.length === 0 ? 0 : publishToLegacy(core, { ...message, targets: here });
  let awaited = spread?.parts.size ?? 0;
  let missed = 0;
  // A node that does not answer may have taken it (PROTOCOL.md R161).
  const finish = (): void => conclude(taken === 0 && missed === 0 ? "no-recipient" : taken);
  if (!spread) return finish();
  const { promise, resolve } = Promise.withResolvers<void>();
  for (const [peer, targets] of spread.parts) {
    cluster.asks.ask(peer, askedMessage("legacy?", message, targets), message.payload, (answer) => {
      if (answer) taken += countOf(answer[0]);
      else missed++;
      if (--awaited > 0) return;
      finish();
      resolve();
    });
  }
  return wantsResult ? promise : undefined;
}

/** Without it a legacy client could answer calls it was never sent, since only achex.2 tracks calls (PROTOCOL.md R36). */
export function publishToLegacy(core: Core, message: Message): number {
  const targets = core.deliver
    .resolve(message)
    .filter(({ id }) => core.sessions.get(id)?.endpoint.dialect !== "achex.2")
    .map(({ id }): Address => ({ kind: "session", id }));
  return targets.length === 0 ? 0 : core.engine.publish({ ...message, targets, except: undefined });
}

/** The kept channels among the targets of a message; calls that a legacy client imitates are not stored (PROTOCOL.md R36, R140). */
export const keptTargets = (
  { kept }: Core,
  { instance }: Session,
  { targets, correlated }: SendFrame,
): KeptChannel[] => (kept && !correlated ? targets.flatMap((target) => kept.at(instance, target) ?? []) : []);

/** Stores a message for each kept channel among its targets, and sends it to the others (PROTOCOL.md R140, R141). */
export function sendKept(
  core: Core,
  session: Session,
  frame: SendFrame,
  channels: readonly KeptChannel[],
  conclude: (sent: DropReason | number) => void,
): void {
  const { state, instance } = session;
  if (state.kind !== "named") {
    conclude("not-logged-in");
    return;
  }
  const others = frame.targets.filter((target) => !core.kept?.at(instance, target));
  const ordinary = { ...frame, targets: others };
  if (others.length > 0 && core.cluster) void sendLegacyInCluster(core, core.cluster, session, ordinary, conclude);
  else if (others.length > 0) conclude(sendLegacy(core, session, ordinary));
  const payload = stamped(frame.text, state.stamp);
  const wantsResult = session.reports !== undefined;
  for (const channel of channels) {
    const except = channel.kind === "hub" ? session.id : undefined;
    core.kept?.send(session, { channel, payload, except, id: undefined, wantsResult }, (sent) => {
      if (sent.kind === "failed") conclude(sent.reason);
      else conclude(sent.kind === "delivered" ? sent.taken : 0);
    });
  }
}

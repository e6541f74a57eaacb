import { isCount, isInstance, isSessionId } from "../cluster/sent-values.ts";
import type { FollowedChannel } from "../engine.ts";
import type { KeepRequest } from "../keep.ts";

/**
 * What the nodes of a cluster tell each other about kept channels, in their log. Nodes trust each other, but a mistake must not stop
 * one: what SQLite does not store, such as a fraction, would be tried again by all of them for ever.
 */

type SentChannel = readonly [instance: string, kind: FollowedChannel["kind"], name: string];
export type KeepBody = readonly [...SentChannel, except: number, ...more: (string | null)[]];
export type ConfirmBody = readonly [...SentChannel, device: string, seq: number];

const KINDS = ["name", "hub", "broadcast"] as const;

export const sentChannel = ({ instance, kind, name }: FollowedChannel): SentChannel => [instance, kind, name];

function readChannel(
  sent: unknown,
): { readonly channel: FollowedChannel; readonly rest: readonly unknown[] } | undefined {
  if (!Array.isArray(sent)) return undefined;
  const [instance, kind, name, ...rest]: unknown[] = sent;
  const known = KINDS.find((one) => one === kind);
  if (!isInstance(instance) || typeof name !== "string" || !known) return undefined;
  // Such a channel is not kept; see config/keep-rules.ts.
  if (!instance.isWellFormed() || !name.isWellFormed()) return undefined;
  return { channel: { instance, kind: known, name }, rest };
}

export const sentKeep = ({
  channel,
  except = 0,
  id,
  turn,
}: Omit<KeepRequest, "frame" | "at" | "settled">): KeepBody => {
  const more = turn === undefined ? [] : [turn];
  return [...sentChannel(channel), except, ...(id === undefined && turn === undefined ? [] : [id ?? null, ...more])];
};

export function readKeep(sent: unknown) {
  const read = readChannel(sent);
  if (!read) return undefined;
  const [except, id, turn] = read.rest;
  return {
    channel: read.channel,
    except: isSessionId(except) ? except : undefined,
    id: typeof id === "string" ? id : undefined,
    turn: typeof turn === "string" ? turn : undefined,
  };
}

export function readConfirm(sent: unknown) {
  const read = readChannel(sent);
  if (!read) return undefined;
  const [device, seq] = read.rest;
  return typeof device === "string" && isCount(seq) ? { channel: read.channel, device, seq } : undefined;
}

export function readForget(sent: unknown) {
  const read = readChannel(sent);
  if (!read) return undefined;
  const [head] = read.rest;
  return isCount(head) ? { channel: read.channel, head } : undefined;
}

import type { FollowedChannel } from "../engine.ts";
import type { KeepRequest } from "../keep.ts";

/** What the nodes of a cluster tell each other about kept channels, in their log. Nodes trust each other, but a mistake must not stop one. */

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
  if (typeof instance !== "string" || typeof name !== "string" || !known) return undefined;
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
    except: typeof except === "number" && except > 0 ? except : undefined,
    id: typeof id === "string" ? id : undefined,
    turn: typeof turn === "string" ? turn : undefined,
  };
}

export function readConfirm(sent: unknown) {
  const read = readChannel(sent);
  if (!read) return undefined;
  const [device, seq] = read.rest;
  return typeof device === "string" && typeof seq === "number" ? { channel: read.channel, device, seq } : undefined;
}

export function readForget(sent: unknown) {
  const read = readChannel(sent);
  if (!read) return undefined;
  const [head] = read.rest;
  return typeof head === "number" ? { channel: read.channel, head } : undefined;
}

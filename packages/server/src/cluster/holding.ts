import type { FollowedChannel } from "../engine.ts";
import { countOf } from "./sent-values.ts";

/** What one node says of a channel that it has members of. */
export interface Holding {
  /** Somebody there follows its presence. */
  readonly presence: boolean;
  /** The service that has the name. */
  readonly service: string | undefined;
  /** Sessions that take turns; 0 when all of them get each message. */
  readonly turns: number;
}

/** Almost all channels are such, so they share it. */
export const PLAIN: Holding = { presence: false, service: undefined, turns: 0 };

/** A name has no control characters (PROTOCOL.md N1), so the parts of a key cannot run into each other. */
export const keyOfParts = (kind: FollowedChannel["kind"], instance: string, name: string): string =>
  `${kind}\0${instance}\0${name}`;

export const keyOf = ({ instance, kind, name }: FollowedChannel): string => keyOfParts(kind, instance, name);

export function channelOf(key: string): FollowedChannel {
  const [kind = "", instance = "", name = ""] = key.split("\0");
  return { kind: kind === "name" || kind === "hub" ? kind : "broadcast", instance, name };
}

/** Whether keyOf() can have made it. */
export function isKey(key: string): boolean {
  if (!/^(name|hub|broadcast)\0/.test(key)) return false;
  const middle = key.indexOf("\0", key.indexOf("\0") + 1);
  return middle > 0 && middle === key.lastIndexOf("\0") && middle < key.length - 1;
}

export const isName = (key: string): boolean => key.startsWith("name\0");

/** As it is sent: the key alone, or with what is not plain; with `false` it is no longer held. */
export type SentHolding = string | readonly [string, false] | readonly [string, boolean, string | null, number];

export function sentHolding(key: string, holding: Holding | undefined): SentHolding {
  if (!holding) return [key, false];
  if (isPlain(holding)) return key;
  return [key, holding.presence, holding.service ?? null, holding.turns];
}

export const isPlain = ({ presence, service, turns }: Holding): boolean =>
  !presence && service === undefined && turns === 0;

/** Reads what another node sent; undefined if it is not of that form. */
export function readHolding(
  sent: unknown,
): { readonly key: string; readonly holding: Holding | undefined } | undefined {
  if (typeof sent === "string") return isKey(sent) ? { key: sent, holding: PLAIN } : undefined;
  if (!Array.isArray(sent)) return undefined;
  const [key, presence, service, turns]: readonly unknown[] = sent;
  if (typeof key !== "string" || !isKey(key)) return undefined;
  if (presence === false && sent.length === 2) return { key, holding: undefined };
  const holding = {
    presence: presence === true,
    service: typeof service === "string" ? service : undefined,
    turns: countOf(turns),
  };
  return { key, holding };
}

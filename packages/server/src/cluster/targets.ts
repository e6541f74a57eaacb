import type { Address } from "@achex/protocol";
import type { Message } from "../engine.ts";
import type { Payload } from "../socket.ts";
import { isSessionId } from "./sent-values.ts";

const KINDS = { n: "name", b: "broadcast", h: "hub" } as const;

/** An address as it is sent to another node: a session's number, or a letter and a name. */
export type SentTarget = number | string;

export const sentTarget = (target: Address): SentTarget =>
  target.kind === "session" ? target.id : `${target.kind[0]}${target.name}`;

function readTarget(sent: unknown): Address | undefined {
  if (isSessionId(sent)) return { kind: "session", id: sent };
  if (typeof sent !== "string") return undefined;
  const name = sent.slice(1);
  switch (sent[0]) {
    case "n":
    case "b":
    case "h":
      return { kind: KINDS[sent[0]], name };
    default:
      return undefined;
  }
}

/** Reads what another node sent; anything else is left out. */
export const readTargets = (sent: unknown): Address[] =>
  Array.isArray(sent) ? sent.flatMap((one: unknown) => readTarget(one) ?? []) : [];

/** The head of a frame with a message: kind, instance, targets, excepted session, key of `latest`. */
export const messageHead = ({ instance, targets, except, latest }: Message): readonly unknown[] => [
  ...["message", instance, targets.map(sentTarget), except ?? 0],
  ...(latest === undefined ? [] : [latest]),
];

/** Reads such a head. */
export function readMessage(
  [, instance, targets, except, latest]: readonly unknown[],
  payload: Payload | undefined,
): (Message & { readonly latest: string | undefined }) | undefined {
  if (typeof instance !== "string" || payload === undefined) return undefined;
  return {
    instance,
    targets: readTargets(targets),
    payload,
    except: isSessionId(except) ? except : undefined,
    latest: typeof latest === "string" ? latest : undefined,
  };
}

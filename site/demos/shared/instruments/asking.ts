import { type AnyFaultCode, type Client, Fault } from "@achex/client/full";
import * as v from "valibot";
import { type Answer, answer, problemOf, type SettingValue } from "./wire.ts";

/** ms. An instrument answers within some milliseconds, or is not there. */
const TIMEOUT = 5_000;

async function ask(client: Client<object>, sid: number, request: object): Promise<Answer> {
  const result = v.safeParse(answer, await client.ask(sid, request, { timeout: TIMEOUT }));
  if (result.success) return result.output;
  throw new Fault("invalid", `The instrument's answer does not conform: ${problemOf(result.issues)}.`);
}

/*
 * Questions go to the session that announced the instrument, not to its id, which another session may have as its name. Each resolves with all
 * settings as they are then, and rejects with a Fault: one with a code of docs/instruments.md, `timeout`, or one of the relay.
 */

export const changeSettings = (
  client: Client<object>,
  sid: number,
  set: Readonly<Record<string, SettingValue>>,
): Promise<Answer> => ask(client, sid, { set });

export const runAction = (client: Client<object>, sid: number, action: string): Promise<Answer> =>
  ask(client, sid, { action });

/** The answer's `scpi` is what the command line returned, empty if nothing was asked. */
export const runScpi = (client: Client<object>, sid: number, line: string): Promise<Answer> =>
  ask(client, sid, { scpi: line });

const TEXTS: { readonly [code in AnyFaultCode]?: string } = {
  timeout: "The instrument has not answered. Check whether it is online.",
  "no-such-session": "The instrument is offline.",
  "no-handler": "The instrument does not answer questions.",
  unreachable: "Not connected to the relay.",
  unknown: "The connection dropped before the answer. Check the settings.",
};

/** What went wrong, for people. */
export function textOfFault(error: unknown): string {
  if (!(error instanceof Fault)) return String(error).slice(0, 200);
  return (Object.hasOwn(TEXTS, error.code) && TEXTS[error.code]) || error.message.slice(0, 300) || "It failed.";
}

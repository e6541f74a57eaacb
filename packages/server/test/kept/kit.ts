import { isJsonObject, type JsonObject } from "@achex/protocol";
import { readKeepRule } from "../../src/config/keep-rules.ts";
import { type Achex2Client, createAchex2Node } from "../kit/achex2-client.ts";
import { MemoryKeep } from "../kit/memory-keep.ts";

const rulesFrom = (...texts: string[]) => texts.flatMap((text) => readKeepRule(text) ?? []);

/** A node that keeps hubs and broadcasts that begin with `k`, and all names. */
export function keepingNode() {
  const log = new MemoryKeep();
  const kit = createAchex2Node({}, { keep: { log, rules: rulesFrom("hub:k*", "broadcast:k*", "name:*") } });
  /** Lets what is stored be settled. */
  const settle = async () => {
    for (let turn = 0; turn < 20; turn++) {
      await Promise.resolve();
      kit.clock.turn();
    }
  };
  const received = async (client: Achex2Client) => {
    await settle();
    return client.received().filter(isJsonObject);
  };
  /** The same without the epochs that begin with the first message of a channel (PROTOCOL.md R144). */
  const heard = async (client: Achex2Client) => (await received(client)).filter(({ $kept }) => $kept === undefined);
  /** Sends a frame with a reference, and returns its result or the code of its fault. */
  const ask = async (client: Achex2Client, frame: JsonObject) => {
    const $ref = 1_000_000 + Math.floor(Math.random() * 1_000_000);
    client.send(JSON.stringify({ $ref, ...frame }));
    await settle();
    const [reply, ...others] = client.takeReplies($ref);
    if (!reply || others.length > 0) throw new Error(`${JSON.stringify(frame)} had no single reply`);
    const { result, fault } = reply;
    return fault === undefined ? { result } : { fault };
  };
  return { ...kit, log, settle, received, heard, ask };
}

export const member = (client: Achex2Client, hub: string) => client.result({ joinHub: hub });

import type { Client, Gap, Message, Options } from "../../src/index.ts";
import type { Data } from "../../src/json.ts";
import { readyClient } from "../kit/scripted-client.ts";

/** A message of a kept hub as it arrives. */
export const stored = (seq: number, more: Data = {}): Data => ({
  ...{ toH: "h", n: seq, sID: 9, FROM: "Bob", $seq: seq },
  ...more,
});

/** What the application sees of messages and gaps, in order. */
export function observed(client: Client<object>) {
  const events: unknown[] = [];
  client.on("message", ({ data, position }: Message) => events.push([data.n, position?.epoch, position?.seq]));
  client.on("gap", ({ channel, missed, reset }: Gap) => events.push({ in: channel.names[0], missed, reset }));
  return events;
}

/** A ready client that has joined the kept hub `h` at position e.`seq`. */
export function keptRoom(seq = 4, options: Options<Record<never, never>> = {}) {
  const client = readyClient(options);
  const room = client.ann.hub("h");
  const events = observed(client.ann);
  void room.join();
  const { socket } = client.relay;
  socket.reply(socket.take("joinHub"), { count: 2, kept: { epoch: "e", seq } });
  return { ...client, room, events };
}

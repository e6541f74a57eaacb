import { describe, expect, test } from "bun:test";
import { createMemoryNode } from "../kit/node.ts";

/** Clients of achex.2 on a node whose turns end when the test says so. */
function hall() {
  const memory = createMemoryNode();
  memory.clock.hasLongTurns = true;
  const client = (name: string) => {
    const { session, socket, send, end } = memory.connect({ dialect: "achex.2" });
    send(`{"setID":"${name}"}`);
    socket.flush();
    let refs = 0;
    /** Sends a message with the next reference. */
    const asks = (address: string) => send(`{"$ref":${++refs},${address}}`);
    /** What has come, in short: the reference of a reply, else the frame's `n`. */
    const hears = () =>
      socket
        .flush()
        .map((text) => JSON.parse(text))
        .map(({ $ref, n, to }) => (to ? `n${n}` : $ref));
    return { asks, hears, send, end, session };
  };
  return { client, turn: () => memory.clock.turn() };
}

const TO_BOB = '"to":"Bob"';
const MANY = 8;

describe("[R6] confirmations of messages", () => {
  test("[R6] that are few go out at the end of the turn", () => {
    const { client, turn } = hall();
    const [ann, bob] = [client("Ann"), client("Bob")];
    for (let n = 1; n < MANY; n++) ann.asks(`${TO_BOB},"n":${n}`);
    expect(bob.hears()).toEqual(["n1", "n2", "n3", "n4", "n5", "n6", "n7"]);
    expect(ann.hears()).toEqual([]);
    turn();
    expect(ann.hears()).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  test("[R6] that are many go out at the end of the turn after", () => {
    const { client, turn } = hall();
    client("Bob");
    const senders = Array.from({ length: MANY }, (_, index) => client(`s${index}`));
    for (const sender of senders) sender.asks(TO_BOB);
    turn();
    expect(senders.flatMap(({ hears }) => hears())).toEqual([]);
    senders[0]?.asks(TO_BOB);
    turn();
    expect(senders.map(({ hears }) => hears())).toEqual([[1, 2], ...Array(MANY - 1).fill([1])]);
    turn();
    expect(senders.flatMap(({ hears }) => hears())).toEqual([]);
  });

  test("[R6] go before whatever is sent to the same client: messages, other replies, presence, what a topic carries", () => {
    const { client } = hall();
    const [ann, bob] = [client("Ann"), client("Bob")];
    ann.asks(TO_BOB);
    bob.send('{"to":"Ann","n":1}');
    expect(ann.hears()).toEqual([1, "n1"]);
    ann.asks(TO_BOB);
    ann.send('{"$ref":9,"$time":true}');
    expect(ann.hears()).toEqual([2, 9]);
    ann.asks(TO_BOB);
    ann.send('{"$ref":9,"to":"Nobody"}');
    expect(ann.hears()).toEqual([3, 9]);
    for (const one of [ann, bob]) one.send('{"setID":"Cid"}');
    ann.asks('"toS":2');
    bob.send('{"to":"Cid","n":2}');
    expect(ann.hears()).toEqual([4, "n2"]);
  });

  test("[R6 X1] go before a close, and nowhere when the connection has ended", () => {
    const { client, turn } = hall();
    const [ann, cid] = [client("Ann"), client("Cid"), client("Bob")];
    ann.asks(TO_BOB);
    ann.end();
    turn();
    expect(ann.hears()).toEqual([]);
    cid.asks(TO_BOB);
    cid.session.close("flood", "flood");
    expect(cid.hears()).toEqual([1]);
  });

  test("[R6] of one client that are more than 64 do not wait", () => {
    const { client } = hall();
    const [ann] = [client("Ann"), client("Bob")];
    for (let n = 0; n < 63; n++) ann.asks(TO_BOB);
    expect(ann.hears()).toEqual([]);
    ann.asks(TO_BOB);
    expect(ann.hears()).toHaveLength(64);
  });
});

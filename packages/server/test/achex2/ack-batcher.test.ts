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
    const request = (address: string) => send(`{"$ref":${++refs},${address}}`);
    /** The frames received, abbreviated: the reference of a reply, or else `n`. */
    const received = () =>
      socket
        .flush()
        .map((text) => JSON.parse(text))
        .map(({ $ref, n, to }) => (to ? `n${n}` : $ref));
    return { request, received, send, end, session };
  };
  const turn = () => memory.clock.turn();
  /** A turn of many confirmations has just ended. */
  const keepBusy = () => {
    const other = client("other");
    for (let n = 0; n < MANY; n++) other.request('"to":"other"');
    turn();
  };
  return { client, turn, keepBusy };
}

const TO_BOB = '"to":"Bob"';
const MANY = 8;

describe("[R6] confirmations of messages", () => {
  test("[R6] go out at once while they are few", () => {
    const { client, turn } = hall();
    const [ann, bob] = [client("Ann"), client("Bob")];
    for (let n = 1; n < MANY; n++) ann.request(`${TO_BOB},"n":${n}`);
    expect(bob.received()).toEqual(["n1", "n2", "n3", "n4", "n5", "n6", "n7"]);
    expect(ann.received()).toEqual([1, 2, 3, 4, 5, 6, 7]);
    turn();
    ann.request(TO_BOB);
    expect(ann.received()).toEqual([8]);
  });

  test("[R6] wait for the end of the turn after theirs when the one before had many, until few come again", () => {
    const { client, turn } = hall();
    client("Bob");
    const senders = Array.from({ length: MANY }, (_, index) => client(`s${index}`));
    const all = () => senders.map(({ received }) => received());
    for (const sender of senders) sender.request(TO_BOB);
    expect(all()).toEqual(Array(MANY).fill([1]));
    turn();
    for (const sender of senders) sender.request(TO_BOB);
    turn();
    expect(all()).toEqual(Array(MANY).fill([]));
    for (const sender of senders) sender.request(TO_BOB);
    // Each takes along what was waiting for its own session.
    turn();
    expect(all()).toEqual(Array(MANY).fill([2, 3]));
    senders[0]?.request(TO_BOB);
    expect(all().flat()).toEqual([]);
    turn();
    expect(all()).toEqual([[4], ...Array(MANY - 1).fill([])]);
    senders[0]?.request(TO_BOB);
    expect(senders[0]?.received()).toEqual([5]);
  });

  test("[R6] go before whatever is sent to the same client: messages, other replies, presence, what a topic carries", () => {
    const { client, keepBusy } = hall();
    const [ann, bob] = [client("Ann"), client("Bob")];
    keepBusy();
    ann.request(TO_BOB);
    expect(ann.received()).toEqual([]);
    bob.send('{"to":"Ann","n":1}');
    expect(ann.received()).toEqual([1, "n1"]);
    ann.request(TO_BOB);
    ann.send('{"$ref":9,"$time":true}');
    expect(ann.received()).toEqual([2, 9]);
    ann.request(TO_BOB);
    ann.send('{"$ref":9,"to":"Nobody"}');
    expect(ann.received()).toEqual([3, 9]);
    for (const one of [ann, bob]) one.send('{"setID":"Cid"}');
    ann.request('"toS":2');
    bob.send('{"to":"Cid","n":2}');
    expect(ann.received()).toEqual([4, "n2"]);
  });

  test("[R6 X1] go before a close, and nowhere when the connection has ended", () => {
    const { client, turn, keepBusy } = hall();
    const [ann, cid] = [client("Ann"), client("Cid"), client("Bob")];
    keepBusy();
    ann.request(TO_BOB);
    ann.end();
    turn();
    expect(ann.received()).toEqual([]);
    cid.request(TO_BOB);
    cid.session.close("flood", "flood");
    expect(cid.received()).toEqual([1]);
  });

  test("[R6] of one client that are more than 64 do not wait", () => {
    const { client, keepBusy } = hall();
    const [ann] = [client("Ann"), client("Bob")];
    keepBusy();
    for (let n = 0; n < 63; n++) ann.request(TO_BOB);
    expect(ann.received()).toEqual([]);
    ann.request(TO_BOB);
    expect(ann.received()).toHaveLength(64);
  });
});

import { expect, test } from "bun:test";
import type { Holding } from "../../src/cluster/holding.ts";
import { newPeer } from "../../src/cluster/peer.ts";
import { Turns } from "../../src/cluster/turns.ts";
import { createPeerInbox } from "../kit/peer-inbox.ts";

const peer = (node: string) => newPeer(node, node, node, 1, createPeerInbox(() => {}).inbox);
const holding = (turns: number): Holding => ({ presence: false, service: "calc", turns });

test("R163 each node has as many turns as sessions, in an order that is the same everywhere", () => {
  const [b, c] = [peer("b"), peer("c")];
  const turns = new Turns({
    node: "a",
    holders: () => [
      [c, holding(1)],
      [b, holding(2)],
    ],
  });
  const taken = Array.from({ length: 8 }, () => turns.next("calc", 1)).map((one) => (one === "here" ? "a" : one?.node));
  expect(taken).toEqual(["a", "b", "b", "c", "a", "b", "b", "c"]);
});

test("R163 where no other node has sessions that take turns, this node decides alone", () => {
  const turns = new Turns({ node: "a", holders: () => [[peer("b"), holding(0)]] });
  expect(turns.next("calc", 3)).toBeUndefined();
});

import { expect, test } from "bun:test";
import { isJsonObject } from "@achex/protocol";
import { CountingClient } from "../kit/counting-client.ts";
import { RestartingRelay } from "../kit/restarting-relay.ts";
import { until } from "../kit/wait.ts";

const options = { capacity: 3, seats: 2, password: "secret", closed: false, grace: 30 };
const join = (more: object) => ({ joinHub: "h", passwd: "secret", $state: true, ...more });

const uncounted = (client: CountingClient, key: string): unknown[] =>
  client.uncounted.flatMap((frame) => (key in frame ? [frame[key]] : []));
const roomOf = (client: CountingClient): unknown => uncounted(client, "$room").at(-1);
const mapOf = (client: CountingClient): unknown =>
  uncounted(client, "$state").reduce<object>((map, state) => {
    if (!isJsonObject(state)) return map;
    const values = isJsonObject(state.values) ? state.values : {};
    return { ...(state.whole ? {} : map), ...values };
  }, {});

test("R82 R108 a restart keeps state, host, term, options and seats of a room", async () => {
  await using relay = await RestartingRelay.start();
  using ann = new CountingClient(relay.url, "ann", [join({ $room: options, $seat: 2 })]);
  await ann.settled(1);
  using bob = new CountingClient(relay.url, "bob", [join({})]);
  await bob.settled(1);
  ann.send({ $ref: 2, $set: { hub: "h", values: { board: [1, 2], mine: 1 }, own: true } });
  bob.send({ $ref: 2, $set: { hub: "h", increment: { score: 5 } } });
  await Promise.all([ann.settled(3), bob.settled(3)]);
  const before = roomOf(bob);
  await relay.restart();
  await until("both to resume", () => ann.isLive && bob.isLive);
  await until("the room to be shown again", () => [ann, bob].every((client) => uncounted(client, "$room").length > 1));
  expect(roomOf(bob)).toEqual(before);
  ann.send({ $ref: 4, $set: { hub: "h", values: { after: 1 }, term: 1, if: { score: 2, never: 0 } } });
  bob.send({ $ref: 4, $set: { hub: "h", values: { mine: 2 } } });
  ann.send({ $ref: 5, joinHub: "h", $seat: true });
  await Promise.all([ann.settled(6), bob.settled(6)]);
  await until("the change", () => uncounted(bob, "$state").some((state) => JSON.stringify(state).includes("after")));
  expect(ann.frames.filter(({ $ref }) => $ref === 4)).toEqual([{ $ref: 4, $result: { version: 3 } }]);
  expect(bob.frames.filter(({ $ref }) => $ref === 4)).toMatchObject([{ $fault: { code: "not-owner" } }]);
  expect(ann.frames.filter(({ $ref }) => $ref === 5)).toEqual([{ $ref: 5, $result: { count: 2, seat: 2 } }]);
  const map = { board: [1, 2], mine: 1, score: 5, after: 1 };
  expect([mapOf(ann), mapOf(bob)]).toEqual([map, map]);
  using cid = new CountingClient(relay.url, "cid", [{ joinHub: "h", $ref: 1 }]);
  await until("the password to be required", () => cid.values("$fault").length > 0);
  expect(cid.values("$fault")).toMatchObject([{ code: "room-password" }]);
  expect([...ann.errors, ...bob.errors]).toEqual([]);
}, 60_000);

import { expect, test } from "bun:test";
import { until } from "../../../../packages/server/test/kit/wait.ts";
import { hubOf } from "../../shared/room/code.ts";
import { drawerOf } from "../rules/guessing.ts";
import { packPoints } from "../rules/points.ts";
import { CODE, type Painter, startStudio } from "./kit/studio.ts";

const seated = (...painters: readonly Painter[]) =>
  until("all have seats", () => painters.every(({ isReady }) => isReady));
const agree = (size: number, ...painters: readonly Painter[]) =>
  until(`all have the same ${size} objects`, () =>
    painters.every((one) => one.size === size && one.digest === painters[0]?.digest),
  );
const rejected = ({ room }: Painter): string[] =>
  room.connection.log.frames.flatMap(({ rejected: reason }) => reason ?? []);

test("three draw at the same time, the host leaves, and a fourth gets everything from the others", async () => {
  await using studio = await startStudio();
  const ann = await studio.join("Ann");
  const bob = await studio.join("Bob");
  const cid = await studio.join("Cid");
  await seated(ann, bob, cid);
  for (const [at, one] of [ann, bob, cid].entries()) one.draw(40, at * 200);
  await agree(120, ann, bob, cid);
  expect(ann.room.isHost.peek()).toBe(true);
  await ann.leave();
  await until("another host", () => bob.room.isHost.peek() || cid.room.isHost.peek());
  const dan = await studio.join("Dan");
  await agree(120, bob, cid, dan);
  bob.session.undo();
  await agree(119, bob, cid, dan);
  expect(rejected(dan)).toEqual([]);
});

test("what somebody draws while disconnected arrives after the reconnection, and what others drew meanwhile", async () => {
  await using studio = await startStudio();
  const ann = await studio.join("Ann");
  const bob = await studio.join("Bob");
  await seated(ann, bob);
  bob.room.connection.drop(400);
  await until("Bob is offline", () => bob.room.connection.state.peek() !== "ready");
  bob.draw(5, 300);
  ann.draw(5);
  expect(ann.size).toBe(5);
  await agree(10, ann, bob);
});

test("30 people draw in one room and see the same", async () => {
  await using studio = await startStudio();
  const names = Array.from({ length: 30 }, (_, at) => `Player ${at}`);
  const painters = await Promise.all(names.map((name) => studio.join(name)));
  await seated(...painters);
  for (const [at, one] of painters.entries()) one.draw(10, at * 100);
  await agree(300, ...painters);
}, 60_000);

test("garbage, giant strokes, other players' operations and forged decisions change nothing and are named", async () => {
  await using studio = await startStudio();
  const ann = await studio.join("Ann");
  const bob = await studio.join("Bob");
  await seated(ann, bob);
  ann.draw(3);
  await agree(3, ann, bob);
  const eve = studio.connect();
  const hub = eve.client.hub(hubOf(CODE));
  await hub.join({ presence: true, attributes: { id: ann.room.myId, name: "Ann", color: 0 } });
  await until("Bob sees Eve", () => bob.room.players.peek().length === 3);
  const { author, logs } = ann.session.board;
  const before = logs.hashAt(author, 3) ?? "";
  const forged = { author, from: 4, before, operations: [{ op: "undo", time: 99, of: 1 }] };
  const mine = { ...forged, author: `${ann.room.myId}.eeeeee`, from: 1, before: "0".repeat(32) };
  const giant = packPoints(Array.from({ length: 4_000 }, (_, at) => [at, at, 0.5] as const));
  const move = { op: "edit", time: 99, edits: [{ id: `${author}:1`, place: [9_000, 0, 1] }] };
  const stroke = { op: "add", time: 99, shape: { kind: "pen", color: 0, width: 4, points: giant } };
  const messages: object[] = [
    { k: "draw", d: { batch: forged } },
    { k: "draw", d: { batch: { ...mine, operations: [move] } } },
    { k: "draw", d: { batch: { ...mine, operations: [stroke] } } },
    { k: "draw", d: { batch: null } },
    { k: "live", d: { stroke: 1, kind: "pen", color: 0, width: 4, from: 0, points: giant } },
    { k: "logs", d: { logs: [[author, [[9, "f".repeat(32)]]]], isAll: true } },
    { k: "part", d: { author, from: 4, batch: forged } },
    { k: "picture", d: { hash: "0".repeat(64) } },
    { k: "reveal", d: { turn: 0, word: "apple", salt: "0".repeat(32) } },
    { k: "__proto__", d: {} },
    { k: 7, d: "\u0000".repeat(5_000) },
  ];
  for (const message of messages) await hub.send({ ...message });
  eve.client
    .hub(hubOf(CODE))
    .state.set("host/game/guessing", { stage: "drawing" })
    .catch(() => {});
  bob.draw(1, 500);
  await agree(4, ann, bob);
  expect(bob.session.guess.game.peek()).toBeUndefined();
  const reasons = rejected(bob).join("\n");
  for (const reason of ["in another player's name", "unknown kind", "points", "vouches", "not in the drawing"])
    expect(reasons).toContain(reason);
});

test("a round of guessing: the word stays with the drawer, its proof is checked, and all have the same scores", async () => {
  await using studio = await startStudio();
  const painters = [await studio.join("Ann"), await studio.join("Bob"), await studio.join("Cid")] as const;
  const [ann] = painters;
  await seated(...painters);
  expect(ann.session.guess.start({ rounds: 1, seconds: 60, level: "easy" })).toBe(true);
  const gameOf = (one: Painter) => one.session.guess.game.peek();
  for (let turn = 0; turn < 3; turn++) {
    await until("the next drawer", () =>
      painters.every((one) => gameOf(one)?.turn === turn && gameOf(one)?.stage === "choosing"),
    );
    const drawer = painters.find((one) => one.room.myId === (gameOf(one) && drawerOf(gameOf(one) ?? never())));
    const guessers = painters.filter((one) => one !== drawer);
    const word = drawer?.session.guess.choices.peek()[0] ?? "";
    drawer?.session.guess.choose(word);
    await until("all are guessing", () => painters.every((one) => gameOf(one)?.stage === "drawing"));
    drawer?.draw(2);
    for (const one of guessers) one.draw(1);
    guessers[0]?.session.guess.guess("surely not");
    for (const one of guessers) one.session.guess.guess(word);
    await until("the word is proven", () => painters.every((one) => gameOf(one)?.word === word));
    for (const one of guessers) {
      expect(
        one.room.connection.log.frames.some(
          ({ direction, text }) => direction === "in" && text.includes(`"verdict":"right","text"`),
        ),
      ).toBe(false);
      expect(one.session.guess.complaint.peek()).toBeUndefined();
    }
    // Nobody but the drawer can draw on the sheet.
    expect(painters.map(({ session }) => session.board.drawing.things(session.picture.peek()).length)).toEqual([
      2, 2, 2,
    ]);
    ann.room.publish({ guessing: { ...(gameOf(ann) ?? never()), deadline: 0 } });
  }
  await until("the end", () => painters.every((one) => gameOf(one)?.stage === "over"));
  const scores = painters.map((one) => JSON.stringify(gameOf(one)?.scores));
  expect(new Set(scores).size).toBe(1);
}, 30_000);

function never(): never {
  throw new Error("there is a game");
}

import { afterAll, beforeAll, expect, test } from "bun:test";
import { TestClient } from "../kit/client.ts";
import { openTarget, type Target } from "./target.ts";

let target: Target;
beforeAll(async () => {
  target = await openTarget();
});
afterAll(() => target[Symbol.asyncDispose]());

test("[K1 K1a] ids count up over both dialects, as sessions open and close, and are whole numbers below 2^31", async () => {
  let last = 0;
  for (let round = 0; round < 10; round++) {
    using classic = await TestClient.classic(`${target.main}/`, "ids");
    expect(classic.id).toBeGreaterThan(last);
    using cloud = await TestClient.cloud(`${target.main}/ids-instance`, "ids");
    expect(cloud.id).toBeGreaterThan(classic.id);
    last = cloud.id;
    expect(Number.isInteger(last) && last < 2 ** 31).toBe(true);
    await classic.close();
    await cloud.close();
  }
});

test("[C15] serverstat lists one entry for each session and hub, the asker first", async () => {
  const url = `${target.main}/stat-${Math.random().toString(36).slice(2)}`;
  using ann = await TestClient.cloud(url, "Ann");
  using twin = await TestClient.cloud(url, "Ann");
  using bob = await TestClient.cloud(url, "Bob");
  for (const hub of ["x", "y"]) {
    ann.send({ joinHub: hub });
    await ann.expect('{"joinHub":"OK"}');
  }
  twin.send({ joinHub: "x" });
  await twin.expect('{"joinHub":"OK"}');
  bob.send({ serverstat: true });
  const { version, users } = await bob.json();
  expect(version).toBeString();
  expect(users).toBeArrayOfSize(4);
  expect(users).toEqual([
    { username: "Bob", hub: "", session: bob.id },
    ...Array.from({ length: 3 }, () => expect.anything()),
  ]);
  expect(users).toEqual(
    expect.arrayContaining([
      { username: "Ann", hub: "x", session: ann.id },
      { username: "Ann", hub: "y", session: ann.id },
      { username: "Ann", hub: "x", session: twin.id },
    ]),
  );
  await bob.expectNothing();
});

test("[C1 K9] no frame reaches a cloud client before its login reply", async () => {
  const url = `${target.main}/early-${Math.random().toString(36).slice(2)}`;
  // Each node of a cluster has ids of its own, so there is a client at each of three.
  using ann = await TestClient.cloud(url, "Ann");
  using cid = await TestClient.cloud(url, "Cid");
  using dot = await TestClient.cloud(url, "Dot");
  using late = await TestClient.connect(url);
  await late.expectNothing();
  // The number of the later session, whatever others have connected in between.
  const guesses = [ann, cid, dot].flatMap(({ id }) => Array.from({ length: 20 }, (_, index) => id + 1 + index));
  ann.send({ toS: guesses });
  await ann.expectNothing();
  await late.expectNothing();
  late.send({ auth: "Bob" });
  const { SID } = await late.json();
  expect(guesses).toContain(Number(SID));
  ann.send({ toS: guesses });
  expect(await late.json()).toEqual({ toS: guesses, sID: ann.id, FROM: "Ann" });
});

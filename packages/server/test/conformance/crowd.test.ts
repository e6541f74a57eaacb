import { afterAll, beforeAll, expect, test } from "bun:test";
import { TestClient } from "../kit/client.ts";
import { openTarget, type Target } from "./target.ts";

let target: Target;
beforeAll(async () => {
  target = await openTarget();
});
afterAll(() => target[Symbol.asyncDispose]());

/** Enough for a channel to be served in several goes. */
const MEMBERS = 300;
const MESSAGES = 40;
/** Connections that are not logged in are limited (PROTOCOL.md L1). */
const AT_ONCE = 50;

async function member(index: number): Promise<TestClient> {
  // Half of them come by the main port, and half by the cloud port where there is one.
  const url = index % 2 === 0 ? target.main : (target.cloud ?? `${target.main}/root`);
  const client = await TestClient.connect(url);
  client.send({ auth: `m${index}` });
  client.send({ joinHub: "crowd" });
  client.send({ cmd: "register_broadcast", bid: "crowd" });
  client.send({ echo: true });
  for (let text = ""; text !== '{"echo":true}'; ) text = await client.next("the echo");
  return client;
}

test("[M5 C9 K6] many clients receive every message to hub, broadcast and name once and in order", async () => {
  const members: TestClient[] = [];
  while (members.length < MEMBERS) {
    const next = Array.from({ length: AT_ONCE }, (_, index) => member(members.length + index));
    members.push(...(await Promise.all(next)));
  }
  const [sender, ...others] = members;
  for (let n = 0; n < MESSAGES; n++) {
    sender?.send({ toH: "crowd", n });
    sender?.send({ bc: "crowd", n });
    sender?.send({ to: `m${1 + n}`, n });
  }
  for (const [index, one] of others.entries()) {
    for (let n = 0; n < MESSAGES; n++) {
      const wanted = ["toH", "bc", ...(n === index ? ["to"] : [])];
      for (const kind of wanted) {
        const frame = await one.json();
        expect([Object.keys(frame)[0], frame.n]).toEqual([kind, n]);
      }
    }
  }
  for (const one of members) one[Symbol.dispose]();
});

import { expect, test } from "bun:test";
import type { NodeDeps } from "../../src/assemble.ts";
import { createAuth } from "../../src/auth/create-auth.ts";
import { FakeClock } from "../kit/fake-clock.ts";
import { FakePasswords } from "../kit/fake-passwords.ts";
import { MemoryAccounts } from "../kit/memory-accounts.ts";
import { createMemoryNode, defaultLimits } from "../kit/node.ts";
import { until } from "../kit/wait.ts";

function claimNode(limits: Partial<NodeDeps["limits"]> = {}) {
  const passwords = new FakePasswords();
  const mode = { auth: "claim", claimTtl: 600, reserve: [], lookalikes: "refuse" } as const;
  const auth = createAuth(mode, new MemoryAccounts(), new FakeClock(), passwords);
  return { passwords, ...createMemoryNode({ auth, limits: { ...defaultLimits, ...limits } }) };
}

const login = (name: string) => `{"setID":"${name}","passwd":"x"}`;

test("L3: of the logins that a client leaves behind three more are checked, then it is removed", async () => {
  const { passwords, node, connect } = claimNode();
  const release = passwords.hold();
  const { send, end } = connect();
  for (let n = 0; n < 500; n++) send(login(`name ${n}`));
  end();
  release();
  await until("the session to end", () => node.core.sessions.size === 0);
  expect(passwords.begun).toBe(4);
  expect(node.core.counters.drops).toEqual({ "queue-full": 496 });
});

test("M5, V5: frames between and after such logins are still delivered, in order", async () => {
  const { node, connect, passwords } = claimNode();
  const receiver = connect();
  receiver.send('{"setID":"receiver"}');
  const release = passwords.hold();
  const { send, end, session } = connect();
  for (const name of ["first", "second"]) {
    send(login(name));
    send(`{"to":"receiver","by":"${name}"}`);
  }
  end();
  release();
  await until("the session to end", () => node.core.sessions.size === 1);
  receiver.socket.flush();
  const stamp = (name: string) => `{"to":"receiver","by":"${name}","sID":${session.id},"FROM":"${name}"}`;
  expect(receiver.socket.received.slice(-2)).toEqual([stamp("first"), stamp("second")]);
  expect(node.core.counters.drops).toEqual({});
});

test("V5: a client that stays connected gets a reply to each login", async () => {
  const { passwords, connect } = claimNode();
  const { send, socket } = connect();
  for (let n = 0; n < 50; n++) send(login(`name ${n}`));
  await until("the last login to be answered", () => socket.waiting.length === 51);
  expect(passwords.begun).toBe(50);
});

test("V5 L2: a session that waits for its rate and for a login is removed once, after both", async () => {
  const { passwords, node, connect, clock } = claimNode({ framesPerSecond: 2, queuedBytes: 300 });
  const release = passwords.hold();
  const { send, end } = connect();
  for (let n = 0; n < 6; n++) send(login(`name ${n}`));
  end();
  release();
  await until("the session to end", () => {
    clock.advance(1_000);
    return node.core.sessions.size === 0;
  });
  clock.advance(10_000);
  expect(node.addresses.exceededLimit("127.0.0.1")).toBeUndefined();
  expect(node.core.scheduler.waiting).toBe(0);
  expect(node.core.queuedBytes.total).toBe(0);
});

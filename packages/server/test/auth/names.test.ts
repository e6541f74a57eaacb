import { describe, expect, test } from "bun:test";
import { refusalFrame } from "@achex/protocol";
import { AccountsUnavailable } from "../../src/accounts.ts";
import type { NodeDeps } from "../../src/assemble.ts";
import type { Config } from "../../src/config/config.ts";
import { account, createTestAuth } from "../kit/auth.ts";
import { createMemoryNode, type MemoryConnection } from "../kit/node.ts";
import { recordedLog } from "../kit/recorded-log.ts";
import { until } from "../kit/wait.ts";

const OK = '{"auth":"ok"}';

/** A node with the services `calc` (one in turn) and `store` (all), and clients that log in and wait for the answer. */
function createAuthNode(mode: Config["auth"] = "open", deps: Partial<NodeDeps> = {}) {
  const { auth, accounts } = createTestAuth(mode);
  accounts.put(account("service", "calc", "secret", "one"));
  accounts.put(account("service", "store", "secret"));
  const { node, connect, seconds } = createMemoryNode({ auth, ...deps });
  const login = async (connection: MemoryConnection, frame: object): Promise<string> => {
    connection.socket.flush();
    connection.send(JSON.stringify(frame));
    const arrived: string[] = [];
    await until("an answer to a login", () => arrived.push(...connection.socket.flush()) > 0);
    return arrived.join("");
  };
  const user = async (name: string) => {
    const connection = connect();
    expect(await login(connection, { setID: name, passwd: "x" })).toBe(OK);
    return connection;
  };
  const service = async (name: string, idtag?: string) => {
    const connection = connect();
    expect(await login(connection, { serviceID: name, passwd: "secret", idtag })).toBe(OK);
    return connection;
  };
  return { node, accounts, connect, seconds, login, user, service };
}

const HELD = refusalFrame("classic", "name-held");
const RESERVED = refusalFrame("classic", "name-reserved");
const BUSY = refusalFrame("classic", "busy");

/** How many of the messages sent to a name each connection got. */
function share(
  sender: MemoryConnection,
  name: string,
  count: number,
  receivers: readonly MemoryConnection[],
): number[] {
  for (const { socket } of receivers) socket.flush();
  for (let i = 0; i < count; i++) sender.send(`{"to":"${name}","n":${i}}`);
  return receivers.map(({ socket }) => socket.flush().length);
}

describe("A4 names of services and users never mix", () => {
  test("A4 an idtag that users have is refused, and free once the last of them ends", async () => {
    const { connect, login, user } = createAuthNode();
    const [one, two] = [await user("helper"), await user("helper")];
    const service = connect();
    const frame = { serviceID: "calc", passwd: "secret", idtag: "helper" };
    expect(await login(service, frame)).toBe(HELD);
    one.end();
    expect(await login(service, frame)).toBe(HELD);
    two.end();
    expect(await login(service, frame)).toBe(OK);
  });

  test.each(["open", "claim"] as const)(
    "A4 an idtag in use is refused to users, and free again after (%s)",
    async (mode) => {
      const { connect, login, service } = createAuthNode(mode);
      const instances = [await service("calc", "helper"), await service("calc", "helper")];
      const user = connect();
      expect(await login(user, { setID: "helper", passwd: "x" })).toBe(HELD);
      instances[0]?.end();
      expect(await login(user, { setID: "helper", passwd: "x" })).toBe(HELD);
      instances[1]?.end();
      // In mode claim the refused tries must not have claimed it: another password is as good.
      expect(await login(user, { setID: "helper", passwd: "y" })).toBe(OK);
    },
  );

  test("A4 the idtag of one service is refused to another, and shared by its own instances", async () => {
    const { connect, login, service, user } = createAuthNode();
    const one = await service("store", "shelf");
    const two = await service("store", "shelf");
    expect(await login(connect(), { serviceID: "calc", passwd: "secret", idtag: "shelf" })).toBe(HELD);
    expect(share(await user("ann"), "shelf", 2, [one, two])).toEqual([2, 2]);
  });

  test("D4 an idtag is taken in its own instance only", async () => {
    const { connect, login, service } = createAuthNode();
    await service("calc", "helper");
    expect(await login(connect({ instance: "other" }), { setID: "helper" })).toBe(OK);
  });

  test("A8 a service gets its name at once, even if a user had it when the service was added", async () => {
    const { accounts, user, service } = createAuthNode();
    const [squatter, ann] = [await user("fresh"), await user("ann")];
    accounts.put(account("service", "fresh", "secret", "one"));
    const fresh = await service("fresh");
    expect(squatter.socket.closedWith?.code).toBe(1008);
    expect(share(ann, "fresh", 3, [squatter, fresh])).toEqual([0, 3]);
  });
});

describe("A6 a login may be repeated on one session", () => {
  test("A6 a user becomes a service, with its former name as the tag", async () => {
    const { login, user } = createAuthNode();
    const [it, ann] = [await user("helper"), await user("ann")];
    expect(await login(it, { serviceID: "calc", passwd: "secret", idtag: "helper" })).toBe(OK);
    expect(share(ann, "helper", 1, [it])).toEqual([1]);
    expect(share(ann, "calc", 1, [it])).toEqual([1]);
  });

  test("A6 a service becomes a user under its former tag, and loses the service's name", async () => {
    const { connect, login, service, user } = createAuthNode();
    const [it, ann] = [await service("calc", "helper"), await user("ann")];
    expect(await login(it, { setID: "helper" })).toBe(OK);
    expect(share(ann, "calc", 1, [it])).toEqual([0]);
    expect(share(ann, "helper", 1, [it])).toEqual([1]);
    expect(await login(connect(), { setID: "helper" })).toBe(OK);
  });

  test("A6 a tag that another instance still has is refused to users", async () => {
    const { login, service } = createAuthNode();
    const it = await service("calc", "helper");
    await service("calc", "helper");
    expect(await login(it, { setID: "helper" })).toBe(HELD);
  });

  test("A6 a service changes its tag, and the former one is free", async () => {
    const { connect, login, service, user } = createAuthNode();
    const [it, ann] = [await service("calc", "one"), await user("ann")];
    expect(await login(it, { serviceID: "calc", passwd: "secret", idtag: "two" })).toBe(OK);
    expect(share(ann, "one", 1, [it])).toEqual([0]);
    expect(share(ann, "two", 1, [it])).toEqual([1]);
    expect(share(ann, "calc", 1, [it])).toEqual([1]);
    expect(await login(connect(), { setID: "one" })).toBe(OK);
  });

  test("K13 the first library: serverSetID without a service, then setID on the same socket", async () => {
    const { connect, login } = createAuthNode();
    const it = connect();
    expect(await login(it, { serverSetID: "ann", passwd: "x" })).toBe(refusalFrame("classic", "wrong-service"));
    expect(await login(it, { setID: "ann", passwd: "x" })).toBe(OK);
  });

  test("K13 the first library: setID after a granted serverSetID is refused, and the session stays the service", async () => {
    const { connect, login, user } = createAuthNode();
    const it = connect();
    expect(await login(it, { serverSetID: "calc", passwd: "secret" })).toBe(OK);
    expect(await login(it, { setID: "calc", passwd: "secret" })).toBe(RESERVED);
    expect(share(await user("ann"), "calc", 1, [it])).toEqual([1]);
  });
});

describe("K12 --delivery one", () => {
  test("K12 messages to the service's name go to its instances in turn, tagged or not", async () => {
    const { service, user } = createAuthNode();
    const instances = [await service("calc"), await service("calc", "tagged"), await service("calc")];
    const ann = await user("ann");
    expect(share(ann, "calc", 9, instances)).toEqual([3, 3, 3]);
    expect(share(ann, "tagged", 2, instances)).toEqual([0, 2, 0]);
  });

  test("K12 an instance that has ended, or is being closed, is skipped", async () => {
    const { service, user } = createAuthNode();
    const instances = [await service("calc"), await service("calc"), await service("calc")];
    const ann = await user("ann");
    instances[0]?.end();
    expect(share(ann, "calc", 4, instances)).toEqual([0, 2, 2]);
    instances[1]?.socket.close(1001, "test");
    expect(share(ann, "calc", 4, instances)).toEqual([0, 0, 4]);
  });

  test("K12 each instance has its own rotation (D4)", async () => {
    const { connect, login, service, user } = createAuthNode();
    const here = await service("calc");
    const there = connect({ instance: "other" });
    await login(there, { serviceID: "calc", passwd: "secret" });
    expect(share(await user("ann"), "calc", 4, [here, there])).toEqual([4, 0]);
  });

  test("K12 with --delivery all every instance gets every message", async () => {
    const { service, user } = createAuthNode();
    const instances = [await service("store"), await service("store", "tagged")];
    expect(share(await user("ann"), "store", 3, instances)).toEqual([3, 3]);
  });
});

describe("A8 sessions end with their account", () => {
  test("A8 sessions of a removed service are closed at the next tick, others stay", async () => {
    const { accounts, service, user, seconds } = createAuthNode();
    const [calc, tagged, store, ann] = [
      await service("calc"),
      await service("calc", "tagged"),
      await service("store"),
      await user("ann"),
    ];
    accounts.remove("service", "calc");
    seconds(1);
    expect([calc, tagged, store, ann].map(({ socket }) => socket.closedWith?.code)).toEqual([
      1008,
      1008,
      undefined,
      undefined,
    ]);
  });
});

test("A8 a change that could not be read is applied at the next tick", async () => {
  const { accounts, service, seconds } = createAuthNode();
  const calc = await service("calc");
  const { find } = accounts;
  accounts.remove("service", "calc");
  accounts.find = () => {
    throw new Error("the disk is gone");
  };
  seconds(1);
  expect(calc.socket.closedWith).toBeUndefined();
  accounts.find = find;
  seconds(1);
  expect(calc.socket.closedWith?.code).toBe(1008);
});

describe("A5 a login that the accounts' storage fails", () => {
  const UNAVAILABLE = refusalFrame("classic", "accounts-unavailable");
  const gone = (): never => {
    throw new AccountsUnavailable("the disk is gone");
  };

  test("A5 is refused with the true reason, and the session stays open", async () => {
    const { accounts, connect, login } = createAuthNode();
    const it = connect();
    const { find } = accounts;
    accounts.find = gone;
    expect(await login(it, { setID: "ann" })).toBe(UNAVAILABLE);
    expect(await login(it, { serviceID: "calc", passwd: "secret" })).toBe(UNAVAILABLE);
    accounts.find = find;
    expect(await login(it, { setID: "ann" })).toBe(OK);
  });

  test("R9 has its own fault in achex.2, which may be retried", async () => {
    const { accounts, connect, login } = createAuthNode();
    const it = connect({ dialect: "achex.2" });
    accounts.find = gone;
    const answer = await login(it, { $ref: 1, setID: "ann" });
    expect(JSON.parse(answer)).toMatchObject({ $ref: 1, $fault: { code: "accounts-unavailable", retry: true } });
  });

  test("A5 is logged once a minute at most, on one line without a stack", async () => {
    const log = recordedLog();
    const { accounts, connect, login, seconds } = createAuthNode("open", { log });
    const it = connect();
    accounts.find = gone;
    accounts.version = gone;
    for (let i = 0; i < 30; i++) await login(it, { setID: "ann" });
    seconds(30);
    const error = "the disk is gone";
    expect(log.events).toEqual([
      { level: "error", message: "a login could not be checked", fields: { error } },
      { level: "error", message: "accounts cannot be read", fields: { error } },
    ]);
    seconds(31);
    expect(log.events.at(-1)?.fields).toEqual({ error, repeated: expect.any(Number) });
  });

  test("A5 any other failure has another reason", async () => {
    const { accounts, connect, login } = createAuthNode();
    accounts.find = () => {
      throw new Error("a bug");
    };
    expect(await login(connect(), { setID: "ann" })).toBe(BUSY);
  });
});

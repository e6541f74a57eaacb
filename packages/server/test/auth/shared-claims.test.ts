import { describe, expect, test } from "bun:test";
import { createAuth } from "../../src/auth/create-auth.ts";
import type { SavableAuth } from "../../src/auth.ts";
import { verdictText } from "../kit/auth.ts";
import { FakeClock } from "../kit/fake-clock.ts";
import { FakePasswords } from "../kit/fake-passwords.ts";
import { MemoryAccounts } from "../kit/memory-accounts.ts";
import { OrderedClaims } from "../kit/shared-claims.ts";

interface ClaimNode {
  readonly auth: SavableAuth;
  login(name: string, password: string): Promise<string>;
  /** Logs in and takes the name, as a session does. */
  enter(name: string, password: string): Promise<string>;
}

function cluster(claimTtl = 600) {
  const clock = new FakeClock();
  const log = new OrderedClaims(clock);
  const passwords = new FakePasswords();
  const node = (incarnation: string): ClaimNode => {
    const settings = { auth: "claim", claimTtl, reserve: [], lookalikes: "refuse" } as const;
    const claims = log.node(incarnation, claimTtl * 1_000);
    const auth = createAuth(settings, new MemoryAccounts(), clock, passwords, claims);
    const login = (name: string, password: string) =>
      verdictText(
        auth.login({
          instance: "root",
          address: "10.0.0.1",
          login: { verb: "login", as: "user", name, password, tag: undefined },
        }),
      );
    return {
      auth,
      login,
      async enter(name, password) {
        const verdict = await login(name, password);
        if (verdict === name) auth.nameTaken("root", name);
        return verdict;
      },
    };
  };
  return { clock, log, passwords, a: node("a"), b: node("b"), node };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe("A2 a name is claimed in the whole cluster", () => {
  test("A2 another password is refused at each node, the same one is not", async () => {
    const { a, b } = cluster();
    expect(await a.enter("ann", "first")).toBe("ann");
    for (const node of [a, b]) {
      expect(await node.login("ann", "second")).toBe("refused: name-claimed");
      expect(await node.login("ann", "")).toBe("refused: name-claimed");
      expect(await node.login("ann", "first")).toBe("ann");
    }
  });

  test("A2 of two logins at two nodes in the same moment only one gets the name", async () => {
    const { a, b, log } = cluster();
    log.isHeld = true;
    const logins = [a.login("ann", "first"), b.login("ann", "second")];
    await settled();
    log.isHeld = false;
    log.deliver();
    expect(await Promise.all(logins)).toEqual(["ann", "refused: name-claimed"]);
  });

  test("A2 the empty password claims like any other, and needs no check", async () => {
    const { a, b, passwords } = cluster();
    expect(await a.enter("ann", "")).toBe("ann");
    expect(await b.login("ann", "")).toBe("ann");
    expect(await b.login("ann", "guess")).toBe("refused: name-claimed");
    expect(passwords.begun).toBe(0);
  });

  test("A2 of many logins at one node for a free name one is hashed", async () => {
    const { a, passwords } = cluster();
    const verdicts = await Promise.all(["one", "two", "three"].map((password) => a.login("ann", password)));
    expect(verdicts).toEqual(["ann", "refused: name-claimed", "refused: name-claimed"]);
    // One hash and two checks.
    expect(passwords.begun).toBe(3);
  });

  test("A2 the claim lasts while a session at any node has the name, and the ttl after the last", async () => {
    const { a, b, clock } = cluster(600);
    await a.enter("ann", "first");
    await b.enter("ann", "first");
    a.auth.nameReleased("root", "ann");
    clock.advance(700_000);
    expect(await a.login("ann", "second")).toBe("refused: name-claimed");
    b.auth.nameReleased("root", "ann");
    await settled();
    clock.advance(599_000);
    expect(await a.login("ann", "second")).toBe("refused: name-claimed");
    clock.advance(2_000);
    expect(await a.enter("ann", "second")).toBe("ann");
    expect(await b.login("ann", "first")).toBe("refused: name-claimed");
  });
});

describe("A2 what ends a claim", () => {
  test("A2 a dead node uses no name any more", async () => {
    const { a, b, clock, log } = cluster(60);
    await a.enter("ann", "first");
    log.nodes.delete("a");
    log.gone("a");
    expect(await b.login("ann", "second")).toBe("refused: name-claimed");
    clock.advance(61_000);
    expect(await b.login("ann", "second")).toBe("ann");
  });

  test("A2 a name that was granted and not taken is free after a while", async () => {
    const { a, b, clock, log } = cluster(0);
    expect(await a.login("ann", "first")).toBe("ann");
    clock.advance(5_000);
    expect(await b.login("ann", "second")).toBe("refused: name-claimed");
    clock.advance(10_000);
    log.users.get("a")?.tick();
    await settled();
    clock.advance(1_000);
    expect(await b.login("ann", "second")).toBe("ann");
  });

  test("A2 a session that ends while another of its name logs in does not free the name", async () => {
    const { a, b, clock } = cluster(0);
    await a.enter("ann", "first");
    expect(await a.login("ann", "first")).toBe("ann");
    a.auth.nameReleased("root", "ann");
    a.auth.nameTaken("root", "ann");
    await settled();
    clock.advance(60_000);
    expect(await b.login("ann", "second")).toBe("refused: name-claimed");
  });

  test("A2 a node that was taken for dead claims its names again, and gives up those that others have", async () => {
    const { a, b, clock, log } = cluster(1);
    await a.enter("ann", "first");
    await a.enter("bob", "first");
    log.gone("a");
    clock.advance(2_000);
    expect(await b.enter("ann", "second")).toBe("ann");
    const grants = { ann: await grantOf(a, "ann"), bob: await grantOf(a, "bob") };
    expect(grants.ann).toBeUndefined();
    await log.users.get("a")?.rejoined();
    expect(a.auth.accountsChanged()).toBe(true);
    expect(a.auth.accountsChanged()).toBe(false);
    expect(await b.login("bob", "second")).toBe("refused: name-claimed");
    expect(await b.login("ann", "first")).toBe("refused: name-claimed");
  });
});

async function grantOf(node: ClaimNode, name: string): Promise<unknown> {
  const verdict = await node.auth.login({
    instance: "root",
    address: "10.0.0.1",
    login: { verb: "login", as: "user", name, password: "first", tag: undefined },
  });
  return verdict.ok ? verdict : undefined;
}

describe("A2 without a quorum", () => {
  test("A2 new names and names in use elsewhere are refused, names in use here are not", async () => {
    const { a, b, log } = cluster();
    await a.enter("ann", "first");
    log.hasQuorum = false;
    expect(await a.login("ann", "first")).toBe("ann");
    expect(await a.login("ann", "second")).toBe("refused: name-claimed");
    expect(await b.login("ann", "first")).toBe("refused: no-quorum");
    expect(await b.login("bob", "any")).toBe("refused: no-quorum");
    expect(await b.login("cat", "")).toBe("refused: no-quorum");
  });

  test("A2 a name that could not be freed is freed later", async () => {
    const { a, b, clock, log } = cluster(0);
    await a.enter("ann", "first");
    log.hasQuorum = false;
    a.auth.nameReleased("root", "ann");
    await settled();
    log.hasQuorum = true;
    expect(await b.login("ann", "second")).toBe("refused: name-claimed");
    clock.advance(11_000);
    log.users.get("a")?.tick();
    await settled();
    clock.advance(1_000);
    expect(await b.login("ann", "second")).toBe("ann");
  });
});

test("A2 a copy holds every claim, and which nodes use it", async () => {
  const { a, b, clock, log } = cluster(60);
  await a.enter("ann", "first");
  await b.enter("bob", "");
  b.auth.nameReleased("root", "bob");
  await settled();
  clock.advance(30_000);
  const from = log.nodes.get("a");
  if (!from) throw new Error("no such node");
  const { claims: third } = log.node("c", 60_000);
  const restored = log.nodes.get("c");
  restored?.restore(JSON.parse(JSON.stringify(from.copy())));
  expect(third.find("root\0ann")).toEqual({ hash: FakePasswords.hashOf("first") });
  expect(third.isUsedBy("root\0ann", "a")).toBe(true);
  expect(third.find("root\0bob")).toEqual({ hash: undefined });
  clock.advance(31_000);
  expect(third.hasProbablyExpired("root\0bob")).toBe(true);
  expect(third.hasProbablyExpired("root\0ann")).toBe(false);
});

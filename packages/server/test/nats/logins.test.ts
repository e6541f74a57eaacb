import { expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sqliteAccounts } from "../../src/accounts/sqlite.ts";
import { argonPasswords } from "../../src/auth/passwords.ts";
import { TestClient } from "../kit/client.ts";
import { startCluster, type TestCluster } from "../kit/cluster.ts";
import { startServer, type TestServer } from "../kit/server.ts";
import { until } from "../kit/wait.ts";

/** Logs in at a node; returns the open client, or why it may not. */
async function login(node: TestServer, name: string, passwd: string): Promise<TestClient | string> {
  const client = await TestClient.connect(node.ws("/"), { "sec-websocket-protocol": "achex.2" });
  await client.json();
  client.send({ $ref: 1, auth: name, passwd });
  for (;;) {
    const { $ref, $fault } = await client.json();
    if ($ref !== 1) continue;
    if ($fault === undefined) return client;
    client[Symbol.dispose]();
    return JSON.stringify($fault).match(/"code":"([^"]+)"/)?.[1] ?? "no code";
  }
}

async function mustLogin(node: TestServer, name: string, passwd: string): Promise<TestClient> {
  const client = await login(node, name, passwd);
  if (typeof client === "string") throw new Error(`refused: ${client}`);
  return client;
}

const claimingCluster = (): Promise<TestCluster> => startCluster(3, { auth: "claim", "claim-ttl": "2" });

test("A2 R166 a name that was claimed at one node is claimed at all, also by a node that starts later, and freed some time after its node died", async () => {
  await using cluster = await claimingCluster();
  using ann = await mustLogin(cluster.node(1), "Ann", "first");
  expect(await login(cluster.node(2), "Ann", "second")).toBe("name-claimed");
  expect(await login(cluster.node(3), "Ann", "")).toBe("name-claimed");
  using again = await mustLogin(cluster.node(3), "Ann", "first");
  again.send({ to: "Ann", n: 1 });
  expect(await ann.json()).toMatchObject({ n: 1 });
  await using late = await startServer({
    ...{ cluster: cluster.nats.url, node: "late", accounts: cluster.accounts, auth: "claim", "claim-ttl": "2" },
  });
  expect(await login(late, "Ann", "second")).toBe("name-claimed");
  again[Symbol.dispose]();
  await cluster.node(1).stop();
  await until("the name to be free", async () => {
    const client = await login(cluster.node(2), "Ann", "second");
    if (typeof client === "string") return false;
    client[Symbol.dispose]();
    return true;
  });
}, 60_000);

test("A2 R166 of logins at three nodes in the same moment one gets the name", async () => {
  await using cluster = await claimingCluster();
  for (const name of ["Ann", "Bob", "Cat", "Dan"]) {
    const logins = await Promise.all([1, 2, 3].map((index) => login(cluster.node(index), name, `password ${index}`)));
    expect(logins.filter((one) => typeof one !== "string")).toHaveLength(1);
    expect(logins.filter((one) => one === "name-claimed")).toHaveLength(2);
    for (const one of logins) if (typeof one !== "string") one[Symbol.dispose]();
  }
}, 60_000);

test("A2 R166 R165 without NATS a name that is not in use at the node is refused with no-quorum, and can be claimed afterwards", async () => {
  await using cluster = await claimingCluster();
  using ann = await mustLogin(cluster.node(1), "Ann", "first");
  await cluster.nats.kill();
  await until("node 1 to be alone", async () => (await cluster.node(1).metrics()).get("achex_cluster_alone") === 1);
  using another = await mustLogin(cluster.node(1), "Ann", "first");
  expect(another).toBeDefined();
  expect(await login(cluster.node(1), "Bob", "any")).toBe("no-quorum");
  await cluster.nats.restart();
  await cluster.joined();
  await until("Bob to be granted", async () => {
    const client = await login(cluster.node(1), "Bob", "any");
    if (typeof client !== "string") client[Symbol.dispose]();
    return typeof client !== "string";
  });
  expect(await login(cluster.node(2), "Ann", "second")).toBe("name-claimed");
  ann.send({ echo: true });
}, 60_000);

test("A3 R166 an account that is added, changed or removed at one node is so at all, and sessions end with it", async () => {
  const folders = mkdtempSync(join(tmpdir(), "achex-accounts-"));
  const folder = (name: string): string => {
    const path = join(folders, name);
    mkdirSync(path);
    return path;
  };
  await using cluster = await startCluster(1, { auth: "accounts", accounts: folder("one") });
  await using two = await startServer({
    ...{ cluster: cluster.nats.url, node: "two", accounts: folder("two"), auth: "accounts" },
  });
  const accounts = sqliteAccounts(join(folders, "one"));
  const put = async (password: string): Promise<void> =>
    accounts.put({ kind: "user", name: "ann", passwordHash: await argonPasswords.hash(password), delivery: "all" });
  await put("first");
  let session: TestClient | undefined;
  await until("the account to be known at the other node", async () => {
    const client = await login(two, "ann", "first");
    if (typeof client === "string") return false;
    session = client;
    return true;
  });
  await put("second");
  await session?.closed;
  expect(await login(two, "ann", "first")).toBe("wrong-password");
  (await mustLogin(two, "ann", "second"))[Symbol.dispose]();
  accounts.remove("user", "ann");
  await until("the account to be gone", async () => (await login(two, "ann", "second")) === "wrong-password");
  accounts.close();
  rmSync(folders, { recursive: true, force: true });
}, 60_000);

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { removeAccount, storeAccount } from "../kit/accounts.ts";
import { TestClient } from "../kit/client.ts";
import { startServer, type TestServer } from "../kit/server.ts";
import { within } from "../kit/wait.ts";

let server: TestServer;
let user: TestClient & { readonly id: number };

beforeAll(async () => {
  server = await startServer({ reserve: "calc-*,admin" });
  await storeAccount(server.data, "service", "calc", "p", "one");
  await storeAccount(server.data, "service", "store", "p");
  user = await TestClient.classic(server.ws(), "ann");
});

afterAll(async () => {
  user[Symbol.dispose]();
  await server.stop();
});

/** A connection on the classic path, greeted. */
async function classic(): Promise<TestClient & { readonly id: number }> {
  const client = await TestClient.connect(server.ws());
  const { SID } = await client.json();
  return Object.assign(client, { id: Number(SID) });
}

async function service(frame: object): Promise<TestClient & { readonly id: number }> {
  const client = await classic();
  client.send({ passwd: "p", ...frame });
  await client.expect('{"auth":"ok"}');
  return client;
}

const WRONG_SERVICE =
  "no such service or wrong password; check both, or ask the operator of the server to add the service";
const RESERVED = "this name is reserved; choose another";

describe.each(["serviceID", "serverSetID"])("%s", (verb) => {
  test("K12 K13 K3 classic: accepted in exactly these bytes", async () => {
    using client = await classic();
    client.send({ [verb]: "store", passwd: "p" });
    expect(await client.next()).toBe('{"auth":"ok"}');
    await client.expectNothing();
  });

  test("K12 K13 C4 cloud: accepted with the session id, and nothing before it", async () => {
    using client = await TestClient.connect(server.cloud());
    client.send({ [verb]: "store", passwd: "p" });
    expect(await client.next()).toMatch(/^\{"auth":"OK","SID":[1-9][0-9]*\}$/);
    await client.expectNothing();
  });

  test.each([
    ["a wrong password", { passwd: "q" }],
    ["no password", {}],
  ])("A5 C5 %s is refused in exactly these bytes", async (_, rest) => {
    using old = await classic();
    old.send({ [verb]: "store", ...rest });
    expect(await old.next()).toBe(`{"auth":"failed","reason":"${WRONG_SERVICE}"}`);
    using cloud = await TestClient.connect(server.cloud());
    cloud.send({ [verb]: "nobody", ...rest });
    expect(await cloud.next()).toBe(`{"auth":"FAILED","REASON":"${WRONG_SERVICE}"}`);
  });
});

describe("a service's session", () => {
  test("K12 K7 K9 S1 hears its tag, its service's name and its session id, and sends under its tag", async () => {
    using it = await service({ serviceID: "store", idtag: "shelf-2" });
    for (const address of [{ to: "shelf-2" }, { to: "store" }, { toS: it.id }]) {
      user.send({ ...address, n: 1 });
      expect(await it.json()).toEqual({ ...address, n: 1, sID: user.id, FROM: "ann" });
    }
    it.send({ to: "ann", n: 2 });
    expect(await user.next()).toBe(`{"to":"ann","n":2,"sID":${it.id},"FROM":"shelf-2"}`);
    it.send("ping");
    expect(await it.next()).toMatch(/^\{"ltcy":"\d+ms"\}$/);
  });

  test("K12 --delivery one: in turn, skipping one that has left", async () => {
    using one = await service({ serviceID: "calc" });
    const two = await service({ serviceID: "calc", idtag: "calc-2" });
    using three = await service({ serverSetID: "calc" });
    for (let n = 0; n < 6; n++) user.send({ to: "calc", n });
    await user.expectNothing();
    for (const [client, offset] of [
      [one, 0],
      [two, 1],
      [three, 2],
    ] as const) {
      expect((await client.json()).n).toBe(offset);
      expect((await client.json()).n).toBe(offset + 3);
      await client.expectNothing();
    }
    await two.close();
    for (let n = 0; n < 4; n++) user.send({ to: "calc", n });
    await user.expectNothing();
    expect([(await one.json()).n, (await one.json()).n].sort()).toEqual([0, 2]);
    expect([(await three.json()).n, (await three.json()).n].sort()).toEqual([1, 3]);
  });

  test("A4 its name, reserved names and a held tag are refused to users", async () => {
    using it = await service({ serviceID: "store", idtag: "shelf-3" });
    using other = await classic();
    for (const name of ["store", "calc-9", "admin"]) {
      other.send({ setID: name, passwd: "p" });
      expect(await other.next()).toBe(`{"auth":"failed","reason":"${RESERVED}"}`);
    }
    other.send({ setID: "shelf-3", passwd: "p" });
    await other.expect('{"auth":"failed","reason":"this name is currently in use; choose another or try again later"}');
    await it.close();
    other.send({ setID: "shelf-3", passwd: "p" });
    await other.expect('{"auth":"ok"}');
  });

  test("A8 X3 is closed with 1008 when its account is removed; users are not", async () => {
    await storeAccount(server.data, "service", "brief", "p");
    const it = await service({ serviceID: "brief" });
    removeAccount(server.data, "service", "brief");
    const { code, reason } = await within("the end of a removed service's session", it.closed);
    expect(code).toBe(1008);
    expect(reason).toBe("this name's account was changed; log in again");
    await user.expectNothing();
    using next = await classic();
    next.send({ setID: "brief", passwd: "p" });
    await next.expect('{"auth":"ok"}');
  });
});

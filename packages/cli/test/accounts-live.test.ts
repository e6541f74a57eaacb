import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { TestClient } from "../../server/test/kit/client.ts";
import { within } from "../../server/test/kit/wait.ts";
import { achex } from "./kit/achex.ts";
import { serve } from "./kit/serve.ts";

setDefaultTimeout(60_000);

const WRONG_SERVICE =
  '{"auth":"failed","reason":"no such service or wrong password; check both, or ask the operator of the server to add the service"}';
const WRONG_USER = '{"auth":"failed","reason":"wrong name or password; check both"}';
const RESERVED = '{"auth":"failed","reason":"this name is reserved; choose another"}';

async function connect(address: string): Promise<TestClient> {
  const client = await TestClient.connect(`ws://${address}/`);
  await client.next("the greeting");
  return client;
}

async function answer(client: TestClient, frame: object): Promise<string> {
  client.send(frame);
  return client.next("the answer to a login");
}

describe("changes on the command line hold at once in a running server", () => {
  test("K12 A4 A8 a service: added, given another password, removed", async () => {
    await using server = await serve();
    using client = await connect(server.classic);
    const login = (passwd: string) => answer(client, { serviceID: "calc", passwd });
    expect(await login("first")).toBe(WRONG_SERVICE);

    await achex(["service", "add", "calc", "--data", server.data], { input: "first\n" });
    expect(await login("first")).toBe('{"auth":"ok"}');
    using user = await connect(server.classic);
    expect(await answer(user, { setID: "calc", passwd: "first" })).toBe(RESERVED);

    await achex(["service", "passwd", "calc", "--data", server.data], { input: "second\n" });
    expect((await within("the end of the session", client.closed)).code).toBe(1008);
    using again = await connect(server.classic);
    expect(await answer(again, { serviceID: "calc", passwd: "first" })).toBe(WRONG_SERVICE);
    expect(await answer(again, { serviceID: "calc", passwd: "second" })).toBe('{"auth":"ok"}');

    await achex(["service", "remove", "calc", "--data", server.data]);
    expect((await within("the end of the session", again.closed)).code).toBe(1008);
    expect(await answer(user, { setID: "calc", passwd: "x" })).toBe('{"auth":"ok"}');
  });

  test("A3 A8 a user under --auth accounts: added and removed", async () => {
    await using server = await serve("--auth", "accounts");
    using client = await connect(server.classic);
    const { out } = await achex(["user", "add", "ann", "--generate", "--data", server.data]);
    expect(await answer(client, { setID: "ann", passwd: "guess" })).toBe(WRONG_USER);
    expect(await answer(client, { setID: "bob", passwd: out.trim() })).toBe(WRONG_USER);
    expect(await answer(client, { setID: "ann", passwd: out.trim() })).toBe('{"auth":"ok"}');
    await achex(["user", "remove", "ann", "--data", server.data]);
    expect((await within("the end of the session", client.closed)).code).toBe(1008);
  });
});

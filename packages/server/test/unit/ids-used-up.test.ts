import { expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TestClient } from "../kit/client.ts";
import { startServer } from "../kit/server.ts";
import { within } from "../kit/wait.ts";

test("[X7 K1] the last id is given, the next connection is closed with 1013", async () => {
  const data = mkdtempSync(join(tmpdir(), "achex-last-"));
  using _folder = { [Symbol.dispose]: () => rmSync(data, { recursive: true }) };
  writeFileSync(join(data, "last-session-id"), `${2 ** 31 - 2}\n`);
  await using server = await startServer({ data });
  using last = await TestClient.classic(server.ws(), "Ann");
  expect(last.id).toBe(2 ** 31 - 1);
  using late = await TestClient.connect(server.ws());
  expect((await within("the close", late.closed)).code).toBe(1013);
  last.send('{"to":"Ann"}');
  await last.expect(`{"to":"Ann","sID":${last.id},"FROM":"Ann"}`);
});

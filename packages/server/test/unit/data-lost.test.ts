import { expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Log } from "../../src/log/log.ts";
import { TestClient } from "../kit/client.ts";
import { startServer } from "../kit/server.ts";

test("[K1a] a data folder that is lost under a running relay: clients come in, the log says so, and it can be stopped", async () => {
  const data = mkdtempSync(join(tmpdir(), "achex-lost-"));
  const errors: [string, unknown][] = [];
  const log: Log = { debug() {}, info() {}, warn() {}, error: (message, fields) => errors.push([message, fields]) };
  const server = await startServer({ data }, log);
  rmSync(data, { recursive: true });
  using ann = await TestClient.classic(server.ws(), "Ann");
  ann.send('{"to":"Ann"}');
  await ann.expect(`{"to":"Ann","sID":${ann.id},"FROM":"Ann"}`);
  const unsaved = [
    "the last session id cannot be stored; after a crash some ids would be reused",
    { error: "no such file or folder", data },
  ] as const;
  expect(errors).toEqual([[...unsaved]]);
  await server.stop();
  expect(errors).toEqual([[...unsaved], [...unsaved]]);
});

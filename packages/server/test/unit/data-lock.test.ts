import { expect, test } from "bun:test";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { lockData } from "../../src/start/data-lock.ts";
import { startServer } from "../kit/server.ts";
import { within } from "../kit/wait.ts";

function temporaryFolder() {
  const path = mkdtempSync(join(tmpdir(), "achex-lock-"));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

test("[K1a] a data folder is one relay's until that stops", async () => {
  using folder = temporaryFolder();
  const first = await startServer({ data: folder.path });
  await expect(startServer({ data: folder.path })).rejects.toThrow(
    `data folder ${folder.path} cannot be used: another relay is using it; stop that relay, or use a separate folder`,
  );
  await first.stop();
  await using _second = await startServer({ data: folder.path });
});

test("[K1a] the lock is an empty file, and holds between processes until the holder is killed", async () => {
  using folder = temporaryFolder();
  const holder = `import { lockData } from ${JSON.stringify(join(import.meta.dir, "../../src/start/data-lock.ts"))};
    globalThis.lock = lockData(process.argv[1]);
    console.log("held");
    setInterval(() => {}, 1000);`;
  await using child = Bun.spawn([process.execPath, "-e", holder, folder.path], { stdout: "pipe", stderr: "inherit" });
  await within("the child to hold the lock", child.stdout.getReader().read(), 20_000);
  expect(() => lockData(folder.path)).toThrow("another relay is using it");
  expect(statSync(join(folder.path, "achex.lock")).size).toBe(0);
  child.kill("SIGKILL");
  await within("the child to end", child.exited);
  lockData(folder.path).release();
});

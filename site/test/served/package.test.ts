import { afterAll, expect, test } from "bun:test";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../../pipeline/bundle.ts";

const folder = mkdtempSync(join(tmpdir(), "achex-package-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function run(command: string[], cwd: string): Promise<string> {
  const child = Bun.spawn(command, { cwd, stdout: "pipe", stderr: "pipe" });
  const [out, errors, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  if (code !== 0) throw new Error(`${command.join(" ")} ended with ${code}: ${errors}${out}`);
  return out;
}

test("the packed package brings the site built, and needs none of what it was built from", async () => {
  await run(["npm", "pack", "--pack-destination", folder], join(root, "site"));
  const [archive = ""] = readdirSync(folder).filter((name) => name.endsWith(".tgz"));
  await run(["tar", "-xf", archive], folder);
  const installed = join(folder, "project/node_modules/@achex");
  mkdirSync(installed, { recursive: true });
  cpSync(join(folder, "package"), join(installed, "site"), { recursive: true });
  symlinkSync(join(root, "packages/server"), join(installed, "server"));
  const program = `
    const { siteAssets } = await import("@achex/site");
    const assets = siteAssets({ cache: "cache", temporary: "temporary" });
    await assets.complete;
    const sizes = ["/", "/test", "/client.js"].map((path) => assets.find(path)?.encodings.length);
    console.log(JSON.stringify(sizes));
    process.exit(0);
  `;
  const project = join(folder, "project");
  expect(JSON.parse(await run([process.execPath, "-e", program], project))).toEqual([2, 2, 0]);
  expect(existsSync(join(project, "cache"))).toBe(false);
}, 120_000);

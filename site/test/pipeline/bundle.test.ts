import { describe, expect, test } from "bun:test";
import { bundleScript, root, type ScriptOptions } from "../../pipeline/bundle.ts";

const client: ScriptOptions = { entry: "packages/client/src/index.ts", kind: "module", path: "/client" };
const legacy: ScriptOptions = { entry: "site/legacy/jquery.achex.ts", kind: "classic", path: "/js/old", stable: true };
const textOf = (body: Uint8Array | undefined) => new TextDecoder().decode(body);

describe("scripts", () => {
  test("the path of an immutable file names its content, the map lies beside it", async () => {
    const { path, files } = await bundleScript(client);
    expect(path).toMatch(/^\/client-[0-9a-f]{12}\.js$/);
    expect(files.map(({ path: at, immutable }) => [at, immutable])).toEqual([
      [path, true],
      [`${path}.map`, true],
    ]);
    expect(textOf(files[0]?.body)).toEndWith(`//# sourceMappingURL=${path.slice(1)}.map\n`);
  });

  test("the same sources make the same bytes, and tell nothing of the machine", async () => {
    const [first, second] = await Promise.all([bundleScript(client), bundleScript(client)]);
    expect(first.files[0]).toEqual(second.files[0]);
    for (const { body } of first.files) expect(textOf(body)).not.toContain(root);
    const { sources } = JSON.parse(textOf(first.files[1]?.body));
    expect(sources).toContain("packages/client/src/client.ts");
  });

  test("a stable file keeps its path; a classic one has neither imports nor exports", async () => {
    const { path, files } = await bundleScript(legacy);
    expect(path).toBe("/js/old.js");
    expect(files[0]?.immutable).toBe(false);
    expect(() => new Function(textOf(files[0]?.body))).not.toThrow();
  });

  test("what is served beside stays an import", async () => {
    const externals = { "@achex/protocol": "/protocol-1.js" };
    const { files } = await bundleScript({ ...client, externals });
    expect(textOf(files[0]?.body)).toMatch(/from ?"\/protocol-1\.js"/);
  });
});

import { expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { completeStore, loadFiles, storeFile } from "../../pipeline/build-store.ts";
import { contentHash, encodeText, file, type SiteFile } from "../../pipeline/site-file.ts";

function temporary(): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), "achex-store-"));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

const storeFiles = async (folder: string, files: readonly SiteFile[]) =>
  completeStore(folder, await Promise.all(files.map((one) => storeFile(folder, one))));

test("what is stored is what is loaded, with its compressed forms", async () => {
  using folder = temporary();
  const text = "body { margin: 0 }\n".repeat(100);
  await storeFiles(folder.path, [
    file("/a.css", "style", text, { immutable: true }),
    file("/", "page", text, { policy: "default-src 'self'" }),
    file("/b.js", "script", "1", { shared: true }),
  ]);
  const files = await loadFiles(folder.path);
  expect([...files.keys()]).toEqual(["/a.css", "/", "/b.js"]);
  const { encodings, ...style } = files.get("/a.css") ?? { encodings: [] };
  const common = { hash: contentHash(text), body: encodeText(text) };
  expect(style).toEqual({ ...common, type: "text/css; charset=utf-8", immutable: true, shared: false });
  expect(encodings.map(({ name }) => name)).toEqual(["br", "gzip"]);
  const [br, gzip] = encodings.map(({ body }) => body);
  expect(brotliDecompressSync(br ?? "").toString()).toBe(text);
  expect(gunzipSync(gzip ?? "").toString()).toBe(text);
  expect(files.get("/")?.policy).toBe("default-src 'self'");
  expect(files.get("/b.js")).toMatchObject({ shared: true, immutable: false });
});

test("what compression does not make smaller is stored plain", async () => {
  using folder = temporary();
  const noise = crypto.getRandomValues(new Uint8Array(2_000));
  await storeFiles(folder.path, [file("/noise", "text", noise), file("/empty", "text", "")]);
  const files = await loadFiles(folder.path);
  expect(files.get("/noise")).toMatchObject({ body: noise, encodings: [] });
  expect(files.get("/empty")).toMatchObject({ body: new Uint8Array(), encodings: [] });
});

test("a folder without its list is not a build", async () => {
  using folder = temporary();
  expect(loadFiles(folder.path)).rejects.toThrow();
  expect(loadFiles(join(folder.path, "nowhere"))).rejects.toThrow();
});

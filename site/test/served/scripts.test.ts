import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../../pipeline/bundle.ts";
import { createBrowser } from "../kit/browser.ts";
import { startOrigin } from "../kit/origin.ts";
import { startRelay } from "../kit/relay.ts";

const browser = createBrowser();
const relay = startRelay();
afterAll(() => relay[Symbol.asyncDispose]());

const headersOf = async (path: string) => Object.fromEntries((await fetch(relay.http(path))).headers);

/** The file for ever that /client.js leads to. */
async function clientPath(): Promise<string> {
  const text = await (await fetch(relay.http("/client.js"))).text();
  return /"\.(\/client-[0-9a-f]{12}\.js)"/.exec(text)?.[1] ?? "";
}

describe("what other pages load from the relay", () => {
  test.each([
    ["/client.js", "text/javascript; charset=utf-8"],
    ["/client.d.ts", "text/plain; charset=utf-8"],
    ["/client-full.js", "text/javascript; charset=utf-8"],
    ["/client-full.d.ts", "text/plain; charset=utf-8"],
    ["/client.tgz", "application/gzip"],
    ["/js/JQ.js", "text/javascript; charset=utf-8"],
    ["/js/jquery.achex.js", "text/javascript; charset=utf-8"],
  ])("%s: by any origin, revalidated each time", async (path, type) => {
    expect(await headersOf(path)).toMatchObject({
      "content-type": type,
      "cache-control": "no-cache",
      "access-control-allow-origin": "*",
    });
  });

  test("/client-<hash>.js: by any origin, kept for ever", async () => {
    expect(await headersOf(await clientPath())).toMatchObject({
      "content-type": "text/javascript; charset=utf-8",
      "cache-control": "public, max-age=31536000, immutable",
      "access-control-allow-origin": "*",
    });
  });

  test("/js/JQ.js is the real jQuery, of the third generation", async () => {
    const text = await (await fetch(relay.http("/js/JQ.js"))).text();
    expect(text).toStartWith(
      "/*! jQuery v3.7.1 | (c) OpenJS Foundation and other contributors | jquery.org/license */",
    );
  });

  test("/client.d.ts alone types a program, and catches its mistakes", async () => {
    const folder = mkdtempSync(join(tmpdir(), "achex-types-"));
    try {
      writeFileSync(join(folder, "client.d.ts"), await (await fetch(relay.http("/client.d.ts"))).text());
      const program = `import { connect, Fault, type Client } from "./client.js";
        const client: Client<{ hubs: { lab: { n: number } } }> = connect("ws://localhost", { name: "Ann" });
        client.hub("lab").on("message", ({ from, data }) => console.log(from, data.n));
        client.to("Bob").send({}).catch((error: unknown) => error instanceof Fault && error.code);
        const wrong: string = client.sid;`;
      writeFileSync(join(folder, "program.ts"), program);
      const flags = ["--ignoreConfig", "--noEmit", "--strict", "--exactOptionalPropertyTypes", "--lib", "esnext,dom"];
      const command = [process.execPath, join(root, "node_modules/typescript/bin/tsc"), ...flags, "--types", ""];
      const child = Bun.spawn([...command, "program.ts"], { cwd: folder, stdout: "pipe" });
      const said = await new Response(child.stdout).text();
      expect(said.trim()).toBe(
        "program.ts(5,15): error TS2322: Type 'number | undefined' is not assignable to type 'string'.\n" +
          "  Type 'undefined' is not assignable to type 'string'.",
      );
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test("a module of another origin imports connect from /client.js and talks", async () => {
    const page = `<!DOCTYPE html><body><script type="module">
      import { connect } from "${relay.http("/client.js")}";
      const ann = connect("ws://127.0.0.1:${relay.port}", { name: "Ann" });
      const bob = connect("ws://127.0.0.1:${relay.port}", { name: "Bob" });
      ann.on("message", ({ from, data }) => { window.told = [from, data]; });
      await ann.ready();
      window.delivery = await bob.to("Ann").send({ msg: "hi" });
    </script></body>`;
    using origin = startOrigin({ "/": page });
    await using opened = await browser.open(origin.url());
    await opened.page.waitForFunction("window.told && window.delivery");
    expect(await opened.page.evaluate("window.told")).toEqual(["Bob", { msg: "hi" }]);
    expect(await opened.page.evaluate("window.delivery.taken")).toBe(1);
    expect(opened.errors).toEqual([]);
    expect(opened.requests).toEqual([origin.url(), relay.http("/client.js"), relay.http(await clientPath())]);
  });

  test("/client-full.d.ts has the types of all of it", async () => {
    const types = await (await fetch(relay.http("/client-full.d.ts"))).text();
    for (const name of ["connect", "openStream", "onStream", "sendFile", "receiveFiles"])
      expect(types).toMatch(new RegExp(`^export declare (function|const) ${name}\\b`, "m"));
  });

  test("/client-full.js has streams and files, too", async () => {
    const page = `<!DOCTYPE html><body><script type="module">
      import { connect, Fault, openStream, receiveFiles, sendFile } from "${relay.http("/client-full.js")}";
      const ann = connect("ws://127.0.0.1:${relay.port}", { name: "Ann" });
      const bob = connect("ws://127.0.0.1:${relay.port}", { name: "Bob" });
      receiveFiles(bob, async (file) => { window.letter = [file.name, await (await file.blob()).text()]; });
      await bob.ready();
      window.sent = await sendFile(ann, "Bob", new File(["dear Bob"], "letter.txt"));
      window.refused = await openStream(ann, "Cid").catch((fault) => [fault instanceof Fault, fault.code]);
    </script></body>`;
    using origin = startOrigin({ "/": page });
    await using opened = await browser.open(origin.url());
    await opened.page.waitForFunction("window.refused");
    expect(await opened.page.evaluate("window.letter")).toEqual(["letter.txt", "dear Bob"]);
    expect(await opened.page.evaluate("window.sent.size")).toBe(8);
    expect(await opened.page.evaluate("window.refused")).toEqual([true, "no-such-name"]);
    expect(opened.errors).toEqual([]);
  });
});

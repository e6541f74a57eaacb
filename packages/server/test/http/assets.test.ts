import { describe, expect, test } from "bun:test";
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from "node:zlib";
import type { Asset, Assets } from "../../src/http/assets.ts";
import { type Log, silentLog } from "../../src/log/log.ts";
import { TestClient } from "../kit/client.ts";
import { startServer, type TestServer } from "../kit/server.ts";

const TEXT = "export const answer = 42;\n".repeat(50);

const script: Asset = {
  type: "text/javascript; charset=utf-8",
  hash: "abc123",
  body: new Uint8Array(Buffer.from(TEXT)),
  encodings: [
    { name: "br", body: new Uint8Array(brotliCompressSync(TEXT)) },
    { name: "gzip", body: new Uint8Array(gzipSync(TEXT)) },
  ],
  immutable: false,
  shared: true,
};

const fixed: Asset = { ...script, immutable: true, shared: false };
const page: Asset = { ...fixed, type: "text/html; charset=utf-8", encodings: [], policy: "default-src 'self'" };

const assetsOf = (files: Record<string, Asset>): Assets => ({
  find: (path) => new Map(Object.entries(files)).get(path),
});
const files = assetsOf({ "/": page, "/a.js": script, "/a-abc123.js": fixed, "/health": page, "/name": page });

/** A request whose Accept-Encoding is ours, and whose body is not unpacked on the way. */
function ask(server: TestServer, path: string, headers: Record<string, string> = {}, method = "GET") {
  return fetch(server.http(path), {
    method,
    headers: { "accept-encoding": "identity", ...headers },
    decompress: false,
  });
}

const bytesOf = async (response: Response) => new Uint8Array(await response.arrayBuffer());

describe("assets on the relay's port", () => {
  test("a stable path is revalidated each time, and any origin may load it", async () => {
    await using server = await startServer({}, silentLog, files);
    const response = await ask(server, "/a.js");
    expect(response.status).toBe(200);
    expect(await response.text()).toBe(TEXT);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "content-type": "text/javascript; charset=utf-8",
      "cache-control": "no-cache",
      etag: '"abc123"',
      vary: "accept-encoding",
      "access-control-allow-origin": "*",
      "cross-origin-resource-policy": "cross-origin",
      "x-content-type-options": "nosniff",
    });
    expect(response.headers.has("content-encoding")).toBe(false);
  });

  test("a path with a hash is kept for ever; what is not shared has no CORS header", async () => {
    await using server = await startServer({}, silentLog, files);
    const { headers } = await ask(server, "/a-abc123.js");
    expect(headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
    expect(headers.has("access-control-allow-origin")).toBe(false);
  });

  test("a page has its own policy, everything else may do nothing", async () => {
    await using server = await startServer({}, silentLog, files);
    expect((await ask(server, "/")).headers.get("content-security-policy")).toBe("default-src 'self'");
    const locked = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'";
    for (const path of ["/a.js", "/nothing", "/health", "/metrics"]) {
      expect((await ask(server, path)).headers.get("content-security-policy")).toBe(locked);
    }
  });

  test("health and metrics cannot be covered by an asset", async () => {
    await using server = await startServer({}, silentLog, files);
    expect((await ask(server, "/health")).headers.get("content-type")).toContain("application/json");
  });

  test.each([
    ["gzip, deflate, br, zstd", "br"],
    ["gzip", "gzip"],
    ["br;q=0, gzip;q=0.5", "gzip"],
    ["GZIP", "gzip"],
    ["*", "br"],
    ["*, br;q=0", "gzip"],
    ["deflate, identity", null],
    ["br;q=0,gzip;q=0.000", null],
    ["", null],
  ])("Accept-Encoding %s is answered with %p", async (accepted, name) => {
    await using server = await startServer({}, silentLog, files);
    const response = await ask(server, "/a.js", { "accept-encoding": accepted });
    expect(response.headers.get("content-encoding")).toBe(name);
    const body = await bytesOf(response);
    const plain = name === "br" ? brotliDecompressSync(body) : name === "gzip" ? gunzipSync(body) : body;
    expect(new TextDecoder().decode(plain)).toBe(TEXT);
  });

  test.each(['"abc123"', 'W/"abc123"', '"old", "abc123"', "*"])(
    "If-None-Match %s is answered with 304",
    async (tag) => {
      await using server = await startServer({}, silentLog, files);
      const response = await ask(server, "/a.js", { "if-none-match": tag });
      expect(response.status).toBe(304);
      expect(await response.text()).toBe("");
      expect(response.headers.get("etag")).toBe('"abc123"');
      expect(response.headers.get("cache-control")).toBe("no-cache");
    },
  );

  test("the tag of another encoding, or of another version, is no match", async () => {
    await using server = await startServer({}, silentLog, files);
    for (const tag of ['"abc124"', '"abc123-gzip"', "abc123", ""]) {
      expect((await ask(server, "/a.js", { "if-none-match": tag })).status).toBe(200);
    }
    const packed = { "accept-encoding": "gzip", "if-none-match": '"abc123-gzip"' };
    expect((await ask(server, "/a.js", packed)).status).toBe(304);
  });

  test("HEAD tells the length and sends no body; other methods are 405", async () => {
    await using server = await startServer({}, silentLog, files);
    const head = await ask(server, "/a.js", {}, "HEAD");
    expect(head.status).toBe(200);
    expect(head.headers.get("content-length")).toBe(String(TEXT.length));
    expect(await head.text()).toBe("");
    const post = await ask(server, "/a.js", {}, "POST");
    expect([post.status, post.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
  });

  test("D1: a WebSocket to the path of an asset is an instance like any other", async () => {
    await using server = await startServer({}, silentLog, files);
    using client = await TestClient.connect(server.ws("/name"));
    client.send({ auth: "Ann" });
    expect(await client.next()).toMatch(/^\{"auth":"OK","SID":\d+\}$/);
  });
});

describe("assets that stand for something else", () => {
  test("a redirect leads to its location; a page that is not ready says when to ask again", async () => {
    const moved: Asset = { ...page, status: 302, location: "/new", immutable: false };
    const soon: Asset = { ...page, status: 503, retryAfter: 1, immutable: false };
    await using server = await startServer({}, silentLog, assetsOf({ "/old": moved, "/soon": soon }));
    const redirect = await fetch(server.http("/old"), { redirect: "manual" });
    expect([redirect.status, redirect.headers.get("location")]).toEqual([302, "/new"]);
    const { status, headers } = await ask(server, "/soon");
    expect([status, headers.get("retry-after"), headers.get("cache-control")]).toEqual([503, "1", "no-store"]);
  });
});

describe("assets that are not there yet", () => {
  test("a request waits for them, and frames do not", async () => {
    const { promise, resolve } = Promise.withResolvers<Asset>();
    await using server = await startServer({}, silentLog, { find: () => promise });
    const response = ask(server, "/a.js");
    using client = await TestClient.classic(server.ws(), "Ann");
    await client.expectNothing();
    resolve(script);
    expect(await (await response).text()).toBe(TEXT);
  });

  test("a failure is logged once and reported in each response, and health still answers", async () => {
    const errors: unknown[] = [];
    const log: Log = { ...silentLog, error: (message, fields) => errors.push([message, fields]) };
    const find = () => Promise.reject(new Error("no such compiler"));
    await using server = await startServer({}, log, { find });
    for (const path of ["/", "/a.js"]) {
      const response = await ask(server, path);
      expect(response.status).toBe(503);
      expect(await response.text()).not.toContain("compiler");
    }
    expect(errors).toEqual([["the pages could not be prepared", { error: "no such compiler" }]]);
    expect((await ask(server, "/health")).status).toBe(200);
  });
});

import { describe, expect, test } from "bun:test";
import { startServer } from "../../server/test/kit/server.ts";
import { receiveFiles, sendFile } from "../src/files.ts";
import { connect, type State } from "../src/index.ts";
import { classic, cloud } from "../src/legacy.ts";
import { onStream, openStream } from "../src/streams.ts";
import { droppable } from "./kit/droppable.ts";
import { faultOf } from "./kit/scripted-client.ts";
import { until } from "./kit/until.ts";

const fast = { "max-bytes-per-second": 0, "max-frames-per-second": 0 };
const MiB = 1024 * 1024;
const noise = (size: number) => Uint8Array.from({ length: size }, (_, at) => (at * 7919) >> 3);

describe("before a real relay", () => {
  test("R11, R20, R30, R25: sends, presence, questions and watches", async () => {
    await using server = await startServer();
    const ann = connect(server.ws(), { name: "Ann" });
    const bob = connect(server.ws(), { name: "Bob" });
    bob.handle(({ a, b }) => ({ sum: Number(a) + Number(b) }));
    await bob.ready();
    expect((await ann.to("Bob").send({ msg: "hi" })).taken).toBe(1);
    expect((await faultOf(ann.to("Nobody").send({}))).code).toBe("no-such-name");
    expect((await ann.to(["Bob", "Cid"]).send({})).missing).toEqual(["Cid"]);
    const room = ann.hub("kitchen");
    await room.join({ presence: true });
    await bob.hub("kitchen").join({ attributes: { color: "red" } });
    await until("Bob in the roster", () => room.members.length === 2);
    expect(room.members[1]).toMatchObject({ name: "Bob", attributes: { color: "red" } });
    expect((await room.page()).members.length).toBe(2);
    expect(await ann.ask("Bob", { a: 1, b: 2 })).toEqual({ sum: 3 });
    expect(await ann.watch("Bob", "Cid")).toEqual(["Bob"]);
    const offline = new Promise<string>((resolve) => ann.on("offline", resolve));
    bob.close();
    expect(await offline).toBe("Bob");
    await until("an empty room", () => room.members.length === 1);
    expect(await ann.latency()).toBeGreaterThanOrEqual(0);
    await ann.drain();
    ann.close();
  });

  test("R60, R61: after a real drop it is back in its room and hears messages again", async () => {
    await using server = await startServer();
    const { WebSocket, drop } = droppable();
    const ann = connect(server.ws(), { name: "Ann", WebSocket, random: () => 0 });
    const bob = connect(server.ws(), { name: "Bob" });
    const states: State[] = [];
    await ann.hub("h").join();
    ann.on("state", (state) => states.push(state));
    const heard = ann.hub("h").messages();
    drop();
    await until("the return", () => states.at(-1) === "ready");
    await until("a message taken", async () => (await bob.hub("h").send({ n: 1 })).taken === 1);
    expect((await heard.next()).value?.data).toEqual({ n: 1 });
    expect(states).toEqual(["waiting", "connecting", "ready"]);
    ann.close();
    bob.close();
  });

  test("R40: bytes arrive as they were, with the data beside them", async () => {
    await using server = await startServer();
    const ann = connect(server.ws(), { name: "Ann" });
    const heard = new Promise<unknown[]>((resolve) =>
      ann.on("message", ({ bytes, data, from }) => resolve([bytes, data, from])),
    );
    await ann.to("Ann").sendBinary(noise(70_000), { kind: "noise" });
    expect(await heard).toEqual([noise(70_000), { kind: "noise" }, "Ann"]);
    ann.close();
  });
});

describe("streams and files before a real relay", () => {
  test("R50..R53: a stream arrives whole; a stalled reader holds its sender within 1 MiB", async () => {
    await using server = await startServer(fast);
    const ann = connect(server.ws(), { name: "Ann" });
    const bob = connect(server.ws(), { name: "Bob" });
    let stalled: (() => void) | undefined;
    let got = 0;
    onStream(bob, async ({ readable }) => {
      await new Promise<void>((resolve) => {
        stalled = resolve;
      });
      for await (const chunk of readable) got += chunk.length;
    });
    await bob.ready();
    const { writable } = await openStream(ann, "Bob");
    const writer = writable.getWriter();
    let written = 0;
    const writing = (async () => {
      for (let n = 0; n < 16; n++) {
        await writer.write(new Uint8Array(MiB / 4));
        written += MiB / 4;
      }
      await writer.close();
    })();
    await until("the window to be full", () => written === MiB);
    // A round trip later nothing more has been taken.
    await ann.latency();
    await bob.latency();
    expect(written).toBe(MiB);
    stalled?.();
    await writing;
    expect(got).toBe(4 * MiB);
    ann.close();
    bob.close();
  });

  test("a file arrives with its name, type and SHA-256", async () => {
    await using server = await startServer(fast);
    const ann = connect(server.ws(), { name: "Ann" });
    const bob = connect(server.ws(), { name: "Bob" });
    const came: unknown[] = [];
    receiveFiles(bob, async (file) => {
      const blob = await file.blob();
      came.push([file.name, file.type, file.size, file.from, new Uint8Array(await blob.arrayBuffer())]);
    });
    await bob.ready();
    const data = noise(700_001);
    const progress: number[] = [];
    const sent = await sendFile(ann, "Bob", new File([data], "noise.bin", { type: "application/x-noise" }), {
      onProgress: (bytes) => progress.push(bytes),
    });
    expect(sent).toEqual({ size: data.length, sha256: new Bun.CryptoHasher("sha256").update(data).digest("hex") });
    expect(came).toEqual([["noise.bin", "application/x-noise", data.length, "Ann", data]]);
    expect(progress.at(-1)).toBe(data.length);
    ann.close();
    bob.close();
  });

  test.each(["sender", "receiver"])("a file resumes after the connection of its %s dropped", async (which) => {
    await using server = await startServer(fast);
    const line = droppable();
    const cut = { WebSocket: line.WebSocket, random: () => 0 };
    const ann = connect(server.ws(), { name: "Ann", ...(which === "sender" && cut) });
    const bob = connect(server.ws(), { name: "Bob", ...(which === "receiver" && cut) });
    const data = noise(3 * MiB);
    let files = 0;
    let whole: Blob | undefined;
    let least = Number.POSITIVE_INFINITY;
    let cuts = 0;
    receiveFiles(
      bob,
      async (file) => {
        files++;
        whole = await file.blob();
      },
      {
        onProgress(_, bytes) {
          if (cuts > 0) least = Math.min(least, bytes);
          if (bytes > MiB && cuts++ === 0) line.drop();
        },
      },
    );
    await bob.ready();
    await sendFile(ann, "Bob", new File([data], "noise.bin"));
    expect([files, cuts > 0]).toEqual([1, true]);
    expect(least).toBeGreaterThan(MiB);
    expect(new Uint8Array((await whole?.arrayBuffer()) ?? new ArrayBuffer(0))).toEqual(data);
    ann.close();
    bob.close();
  });

  test("an aborted file rejects, and its receiver can be closed without a rest", async () => {
    await using server = await startServer(fast);
    const ann = connect(server.ws(), { name: "Ann" });
    const bob = connect(server.ws(), { name: "Bob" });
    const controller = new AbortController();
    const seen: Promise<unknown>[] = [];
    receiveFiles(bob, (file) => {
      const blob = faultOf(file.blob());
      seen.push(blob);
      return blob;
    });
    await bob.ready();
    const sending = sendFile(ann, "Bob", new File([noise(4 * MiB)], "x"), {
      signal: controller.signal,
      onProgress: () => controller.abort("enough"),
    });
    expect((await faultOf(sending)).code).toBe("aborted");
    bob.close();
    ann.close();
    expect(seen.length).toBe(1);
    await Promise.all(seen);
  });
});

describe("the original protocol", () => {
  test.each(["classic", "cloud"] as const)("%s: login, join, send, messages, latency, leftHub", async (name) => {
    await using server = await startServer();
    const dialect = name === "classic" ? classic : cloud;
    const url = name === "classic" ? server.ws() : server.cloud();
    const old = connect(url, { name: "Old", dialect });
    const peer = connect(url, { name: "Peer", dialect });
    const gone = new Promise((resolve) => old.hub("h").on("left", resolve));
    await old.hub("h").join();
    await peer.hub("h").join();
    await old.broadcast("b").join();
    // A registration has no reply in these dialects; this has one, which comes after it.
    expect(await old.latency()).toBeGreaterThanOrEqual(0);
    const heard: unknown[] = [];
    old.on("message", ({ data, from, channel }) => heard.push([channel.kind, from, data]));
    expect(await peer.to("Old").send({ n: 1 })).toEqual({ taken: undefined });
    await peer.hub("h").send({ n: 2 });
    await peer.broadcast("b").send({ n: 3 });
    await until("three messages", () => heard.length === 3);
    expect(heard).toEqual([
      ["name", "Peer", { n: 1 }],
      ["hub", "Peer", { n: 2 }],
      ["broadcast", "Peer", { n: 3 }],
    ]);
    expect(old.sid).toBeGreaterThan(0);
    const { sid } = peer;
    peer.close();
    expect(await gone).toEqual({ name: "Peer", sid: sid ?? 0 });
    old.close();
  });

  test("what it cannot do is rejected, with words that say so", async () => {
    await using server = await startServer();
    const old = connect(server.ws(), { name: "Old", dialect: classic });
    const faults = [
      await faultOf(old.ask("x", {})),
      await faultOf(old.watch("x")),
      await faultOf(old.hub("h").join({ presence: true })),
      await faultOf(old.hub("h").page()),
      await faultOf(old.to("x").sendBinary(new Uint8Array())),
      await faultOf(openStream(old, "x")),
    ];
    for (const fault of faults) {
      expect(fault.code).toBe("unsupported");
      expect(fault.message).toMatch(/legacy dialects/);
    }
    old.close();
  });

  test("A5: a refused login is the end", async () => {
    await using server = await startServer({ auth: "accounts" });
    for (const name of ["classic", "cloud"] as const) {
      const url = name === "classic" ? server.ws() : server.cloud();
      const old = connect(url, { name: "Old", dialect: name === "classic" ? classic : cloud });
      expect((await faultOf(old.ready())).code).toBe("refused");
    }
  });
});

test("parse: files and streams arrive, whatever it makes of numbers", async () => {
  await using server = await startServer();
  const parse = (text: string) =>
    JSON.parse(text, (_, value) => (typeof value === "number" ? BigInt(Math.round(value)) : value));
  const ann = connect(server.ws(), { name: "Ann", parse });
  const bob = connect(server.ws(), { name: "Bob", parse });
  await bob.ready();
  const sizes: number[] = [];
  const off = receiveFiles(bob, async (file) => sizes.push(file.size, (await file.blob()).size));
  await sendFile(ann, "Bob", new File(["x".repeat(100_000)], "x"));
  expect(sizes).toEqual([100_000, 100_000]);
  off();
  onStream(bob, async ({ meta, readable }) => {
    expect(meta).toEqual({ part: 1 });
    for await (const chunk of readable) sizes.push(chunk.length);
  });
  const { writable } = await openStream(ann, "Bob", { part: 1 });
  const writer = writable.getWriter();
  await writer.write(new Uint8Array(10));
  await writer.close();
  expect(sizes.at(-1)).toBe(10);
  ann.close();
  bob.close();
});

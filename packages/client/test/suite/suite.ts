import { receiveFiles, sendFile } from "../../src/files.ts";
import { type Client, connect, type Options, type WebSocketConstructor } from "../../src/index.ts";
import { cloud } from "../../src/legacy.ts";
import { onStream, openStream } from "../../src/streams.ts";

type Untyped = Record<never, never>;

export interface CheckResult {
  readonly name: string;
  /** Why it failed; absent when it passed. */
  readonly error?: string;
}

const same = (what: string, got: unknown, wanted: unknown) => {
  const [a, b] = [JSON.stringify(got), JSON.stringify(wanted)];
  if (a !== b) throw new Error(`${what}: ${a} instead of ${b}`);
};

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => "none",
    ({ code }) => code,
  );

/** Resolves with the next event of the kind. */
const next = <T>(on: (listener: (event: T) => void) => () => void) =>
  new Promise<T>((resolve) => {
    const off = on((event) => {
      off();
      resolve(event);
    });
  });

type Checks = Record<string, () => Promise<void>>;
type Bench = ReturnType<typeof createBench>;

/** Clients that are closed together, and their connections. */
function createBench(url: string, Given: WebSocketConstructor) {
  const open: Client<Untyped>[] = [];
  const sockets: InstanceType<WebSocketConstructor>[] = [];
  class Noted extends Given {
    constructor(address: string, protocols: string[]) {
      super(address, protocols);
      sockets.push(this);
    }
  }
  return {
    sockets,
    client(name: string, options: Options<Untyped> = {}) {
      const made = connect<Untyped>(url, { name, WebSocket: Noted, random: () => 0, ...options });
      open.push(made);
      return made;
    },
    closeAll() {
      for (const one of open.splice(0)) one.close();
      sockets.length = 0;
    },
  };
}

const talking = ({ client }: Bench): Checks => ({
  async "sends are confirmed or refused"() {
    const [ann, bob] = [client("Ann"), client("Bob")];
    await bob.ready();
    const heard = next<{ data: unknown }>((listener) => bob.on("message", listener));
    same("taken", await ann.to("Bob").send({ text: "hé 🙂" }), { taken: 1 });
    same("heard", (await heard).data, { text: "hé 🙂" });
    same("nobody", await codeOf(ann.to("Nobody").send({})), "no-such-name");
  },
  async "presence follows a room"() {
    const [ann, bob] = [client("Ann"), client("Bob")];
    const room = ann.hub("suite");
    await room.join({ presence: true });
    const joined = next<{ name: string }>((listener) => room.on("joined", listener));
    await bob.hub("suite").join({ attributes: { color: "red" } });
    same("joined", (await joined).name, "Bob");
    const left = next<{ name: string }>((listener) => room.on("left", listener));
    bob.close();
    same("left", (await left).name, "Bob");
  },
  async "questions are answered"() {
    const [ann, calc] = [client("Ann"), client("calc")];
    calc.handle(({ a, b }) => ({ sum: Number(a) + Number(b) }));
    await calc.ready();
    same("answer", await ann.ask("calc", { a: 1, b: 2 }), { sum: 3 });
  },
  async "names are watched"() {
    const [ann, bob] = [client("Ann"), client("Bob")];
    await bob.ready();
    same("online", await ann.watch("Bob", "Cid"), ["Bob"]);
    const offline = next<string>((listener) => ann.on("offline", listener));
    bob.close();
    same("offline", await offline, "Bob");
  },
});

const bytes = ({ client }: Bench): Checks => ({
  async "bytes arrive as they were"() {
    const ann = client("Ann");
    const heard = next<{ bytes?: Uint8Array | undefined }>((listener) => ann.on("message", listener));
    await ann.to("Ann").sendBinary(Uint8Array.of(0, 1, 255), {});
    same("bytes", [...((await heard).bytes ?? [])], [0, 1, 255]);
  },
});

const streams = ({ client }: Bench): Checks => ({
  async "a stream arrives whole"() {
    const [ann, bob] = [client("Ann"), client("Bob")];
    let size = 0;
    onStream(bob, async ({ readable }) => {
      const reader = readable.getReader();
      for (let part = await reader.read(); !part.done; part = await reader.read()) size += part.value.length;
    });
    await bob.ready();
    const { writable } = await openStream(ann, "Bob");
    const writer = writable.getWriter();
    for (let n = 0; n < 8; n++) await writer.write(new Uint8Array(300_000));
    await writer.close();
    same("size", size, 2_400_000);
  },
  async "a file arrives with its name"() {
    const [ann, bob] = [client("Ann"), client("Bob")];
    const came: unknown[] = [];
    receiveFiles(bob, async (file) => came.push([file.name, (await file.blob()).size]));
    await bob.ready();
    await sendFile(ann, "Bob", new Blob([new Uint8Array(100_000)]), { name: "x.bin" });
    same("file", came, [["x.bin", 100_000]]);
  },
  async "an aborted file is aborted on both sides"() {
    const [ann, bob] = [client("Ann"), client("Bob")];
    const controller = new AbortController();
    const received = new Promise<string>((resolve) => {
      receiveFiles(bob, async (file) => {
        controller.abort();
        resolve(await codeOf(file.blob()));
      });
    });
    await bob.ready();
    const file = new Blob([new Uint8Array(4_000_000)]);
    same("sender", await codeOf(sendFile(ann, "Bob", file, { signal: controller.signal })), "aborted");
    same("receiver", await received, "aborted");
  },
});

const lasting = ({ client, sockets }: Bench): Checks => ({
  async "after a drop it is back in its room"() {
    const [ann, bob] = [client("Ann"), client("Bob")];
    await bob.ready();
    await ann.hub("suite").join();
    const lost = next<{ unknown: number }>((listener) => ann.on("lost", listener));
    for (const socket of sockets) socket.close();
    same("lost", (await lost).unknown, 0);
    await Promise.all([ann.ready(), bob.ready()]);
    const heard = next<{ data: unknown }>((listener) => ann.hub("suite").on("message", listener));
    await ann.hub("suite").join();
    await bob.hub("suite").send({ n: 1 });
    same("heard", (await heard).data, { n: 1 });
  },
  async "the original protocol"() {
    const old = client("Old", { dialect: cloud });
    const heard = next<{ data: unknown }>((listener) => old.on("message", listener));
    await old.hub("suite").join();
    await old.to("Old").send({ n: 1 });
    same("heard", (await heard).data, { n: 1 });
    same("ask", await codeOf(old.ask("x", {})), "unsupported");
  },
});

const all = { talking, bytes, streams, lasting };
export type Group = keyof typeof all;

/** What a runtime must be able to do, with nothing of any runtime's own in it, before the relay at `url`. */
export async function runSuite(
  url: string,
  WebSocket: WebSocketConstructor,
  groups: readonly Group[] = ["talking", "bytes", "streams", "lasting"],
): Promise<CheckResult[]> {
  const bench = createBench(url, WebSocket);
  const results: CheckResult[] = [];
  for (const [name, check] of groups.flatMap((group) => Object.entries(all[group](bench)))) {
    let error: string | undefined;
    try {
      await check();
    } catch (thrown) {
      error = String(thrown);
    }
    bench.closeAll();
    results.push({ name, ...(error !== undefined && { error }) });
  }
  return results;
}

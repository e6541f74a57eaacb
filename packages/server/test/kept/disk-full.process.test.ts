import { describe, expect, test } from "bun:test";
import { isJsonObject, type JsonObject } from "@achex/protocol";
import { RestartingRelay } from "../kit/restarting-relay.ts";
import { until } from "../kit/wait.ts";

/** Something that limits the disk of a relay; lifted while the relay runs, or, where that is impossible, by a restart. */
interface SmallDisk {
  readonly title: string;
  /** Changes the command that runs the relay. */
  wrap(command: string[]): string[];
  /** Before the relay starts. */
  prepare(folder: string): void;
  /** No write succeeds any more, as on a disk that is read-only. */
  refuseAll(relay: RestartingRelay): void;
  lift(relay: RestartingRelay): void;
  remove(folder: string): void;
}

const run = (...command: string[]): boolean => Bun.spawnSync(command, { stdout: "ignore", stderr: "ignore" }).success;
const limitOf = (relay: RestartingRelay, bytes: string): void => {
  expect(run("prlimit", "--pid", `${relay.pid}`, `--fsize=${bytes}:unlimited`)).toBe(true);
};

/** For any user: no file may be larger than 1 MiB. The signal that comes with the error would end the process. */
const fileSize: SmallDisk = {
  title: "a limit for the size of files",
  wrap: (command) => ["prlimit", "--fsize=1048576:unlimited", "sh", "-c", `trap '' XFSZ; exec "$@"`, "sh", ...command],
  prepare() {},
  refuseAll: (relay) => limitOf(relay, "0"),
  lift: (relay) => limitOf(relay, "unlimited"),
  remove() {},
};

/** A disk of 2 MiB; only some users may mount it. */
const tmpfs: SmallDisk = {
  title: "a small disk",
  wrap: (command) => command,
  prepare: (folder) => expect(run("mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", folder)).toBe(true),
  // The rest of the disk belongs to a file of somebody else.
  refuseAll: ({ data }) => void run("dd", "if=/dev/zero", `of=${data}/filler`, "bs=4096"),
  lift: ({ data }) => expect(run("mount", "-o", "remount,size=64m", data)).toBe(true),
  remove: (folder) => void run("umount", "-l", folder),
};

function mayMount(): boolean {
  const folder = Bun.spawnSync(["mktemp", "-d"]).stdout.toString().trim();
  const may = run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder);
  if (may) run("umount", "-l", folder);
  run("rmdir", folder);
  return may;
}

/** Sends frames one after the other. */
class Asker implements Disposable {
  private readonly socket: WebSocket;
  private readonly replies = new Map<number, JsonObject>();
  readonly messages: JsonObject[] = [];
  private refs = 0;

  constructor(url: string) {
    this.socket = new WebSocket(url, ["achex.2"]);
    this.socket.onmessage = ({ data }) => {
      const frame: unknown = JSON.parse(String(data));
      if (!isJsonObject(frame)) return;
      if (frame.toH !== undefined) this.messages.push(frame);
      else if (typeof frame.$ref === "number") this.replies.set(frame.$ref, frame);
    };
  }

  static async connect(url: string, name: string, ...hubs: string[]): Promise<Asker> {
    const asker = new Asker(url);
    await until("a connection", () => asker.socket.readyState === WebSocket.OPEN);
    await asker.ask({ setID: name });
    for (const joinHub of hubs) await asker.ask({ joinHub, $state: true });
    return asker;
  }

  /** The result, or the code of the fault. */
  async ask(frame: JsonObject): Promise<JsonObject | string> {
    const $ref = ++this.refs;
    this.socket.send(JSON.stringify({ $ref, ...frame }));
    await until(`the reply to ${JSON.stringify(frame).slice(0, 80)}`, () => this.replies.has($ref), 30_000);
    const { $result, $fault } = this.replies.get($ref) ?? {};
    return isJsonObject($fault) ? String($fault.code) : isJsonObject($result) ? $result : "";
  }

  [Symbol.dispose](): void {
    this.socket.close();
  }
}

async function historyOf(asker: Asker): Promise<number[]> {
  const found: number[] = [];
  for (let more: unknown = true; more === true; ) {
    const page = await asker.ask({ $history: { hub: "k", after: found.length } });
    if (!isJsonObject(page) || !Array.isArray(page.messages)) throw new Error(`no history: ${page}`);
    for (const { n } of page.messages) found.push(Number(n));
    more = page.more;
  }
  return found;
}

describe.each([fileSize, ...(mayMount() ? [tmpfs] : [])])("[R141 R148] on a disk that is full: $title", (disk) => {
  test("[R141 R148] what is kept fails with a fault, nothing else is affected, and it works again when there is room", async () => {
    await using relay = new RestartingRelay(
      { keep: "hub:k* messages=0 age=0 bytes=0 state=true", "max-frames-per-second": 0 },
      disk.wrap,
    );
    disk.prepare(relay.data);
    // Before the folder is deleted.
    using _mounted = { [Symbol.dispose]: () => disk.remove(relay.data) };
    await relay.start();
    using ann = await Asker.connect(relay.url, "Ann", "k", "plain");
    using bob = await Asker.connect(relay.url, "Bob", "k", "plain");
    const confirmed: number[] = [];
    let fault: unknown;
    for (let n = 1; typeof fault !== "string"; n++) {
      fault = await ann.ask({ toH: "k", n, pad: "x".repeat(20_000) });
      if (typeof fault !== "string") confirmed.push(n);
      if (n > 500) throw new Error("the disk was never full");
    }
    expect(fault).toBe("keep-failed");
    expect(confirmed.length).toBeGreaterThan(5);
    disk.refuseAll(relay);
    expect(await ann.ask({ toH: "k", n: 0, pad: "x".repeat(20_000) })).toBe("keep-failed");
    expect(await ann.ask({ $set: { hub: "k", values: { pad: "x".repeat(15_000) } } })).toBe("keep-failed");
    expect(await ann.ask({ toH: "plain", n: 1 })).toEqual({ taken: 1 });
    expect(await ann.ask({ $set: { hub: "plain", values: { x: 1 } } })).toMatchObject({});
    expect(await bob.ask({ joinHub: "k-other" })).toMatchObject({ count: 1 });
    using cid = await Asker.connect(relay.url, "Cid", "k", "plain");
    expect(await cid.ask({ to: "Ann", n: 1 })).toEqual({ taken: 1 });
    expect(await historyOf(cid)).toEqual(confirmed);
    expect(bob.messages.filter(({ toH }) => toH === "k").map(({ n }) => n)).toEqual(confirmed);
    expect(relay.log.some(({ message }) => message.includes("cannot be stored"))).toBe(true);
    disk.lift(relay);
    expect(await ann.ask({ toH: "k", n: -1 })).toMatchObject({ seq: confirmed.length + 1 });
    expect(await ann.ask({ $set: { hub: "k", values: { after: 1 } } })).toMatchObject({});
    relay.signal("SIGKILL");
    await relay.stopped();
    await relay.start();
    expect(relay.log.filter(({ message }) => message.includes("damaged"))).toEqual([]);
    using dan = await Asker.connect(relay.url, "Dan", "k");
    expect(await historyOf(dan)).toEqual([...confirmed, -1]);
  }, 60_000);
});

import { describe, expect, test } from "bun:test";
import { isJsonObject, type JsonObject } from "@achex/protocol";
import { RestartingRelay } from "../kit/restarting-relay.ts";
import { until } from "../kit/wait.ts";

/** Runs of the loop; ACHEX_TEST_LONG runs many. */
const ROUNDS = process.env.ACHEX_TEST_LONG ? 300 : 4;
const CLIENTS = 20;
const HUBS = 4;

/** Sends numbered messages with ids to a kept hub, repeating those that had no result, and notes which were confirmed. */
class Sender implements Disposable {
  readonly confirmed = new Map<string, number>();
  received = 0;
  private readonly unconfirmed = new Map<number, string>();
  private socket: WebSocket | undefined;
  private refs = 0;
  private made = 0;

  constructor(
    private readonly name: string,
    readonly hub: string,
  ) {}

  connect(url: string): void {
    const socket = new WebSocket(url, ["achex.2"]);
    this.socket = socket;
    socket.onopen = () => {
      socket.send(JSON.stringify({ setID: this.name }));
      socket.send(JSON.stringify({ joinHub: this.hub }));
      const again = [...this.unconfirmed.values()];
      this.unconfirmed.clear();
      for (const id of again) this.send(id);
      for (let window = 0; window < 8; window++) this.sendNext();
    };
    socket.onmessage = ({ data }) => this.handle(JSON.parse(String(data)));
  }

  [Symbol.dispose](): void {
    if (this.socket) this.socket.onmessage = null;
    this.socket?.close();
  }

  private handle(frame: JsonObject): void {
    if (frame.toH !== undefined) this.received++;
    const { $ref, $result } = frame;
    const id = typeof $ref === "number" ? this.unconfirmed.get($ref) : undefined;
    if (id === undefined || typeof $ref !== "number" || !isJsonObject($result)) return;
    this.unconfirmed.delete($ref);
    this.confirmed.set(id, Number($result.seq));
    this.sendNext();
  }

  private sendNext(): void {
    this.send(`${this.name}-${++this.made}`);
  }

  private send(id: string): void {
    const $ref = ++this.refs;
    this.unconfirmed.set($ref, id);
    this.socket?.send(JSON.stringify({ $ref, toH: this.hub, $id: id, n: id }));
  }
}

/** Everything a hub holds: the texts by position. */
async function historyOf(url: string, hub: string): Promise<Map<number, string>> {
  const socket = new WebSocket(url, ["achex.2"]);
  const held = new Map<number, string>();
  let isDone = false;
  const ask = (after: number) => socket.send(JSON.stringify({ $ref: 1, $history: { hub, after } }));
  socket.onopen = () => {
    socket.send(JSON.stringify({ setID: "reader" }));
    socket.send(JSON.stringify({ joinHub: hub }));
    ask(0);
  };
  socket.onmessage = ({ data }) => {
    const { $result } = JSON.parse(String(data));
    if (!isJsonObject($result) || !Array.isArray($result.messages)) return;
    for (const { $seq, n } of $result.messages) held.set($seq, n);
    isDone = $result.more !== true;
    if (!isDone) ask($result.messages.at(-1).$seq);
  };
  await until(`the history of ${hub}`, () => isDone);
  socket.close();
  return held;
}

describe("R140 a kept channel survives kill -9", () => {
  test(
    "R140 R146 what was confirmed is held once, at its position, after every kill; repeats are not stored again",
    async () => {
      await using relay = await RestartingRelay.start({
        keep: "hub:k* messages=0 age=0",
        "max-frames-per-second": 0,
        "max-sessions-per-address": 0,
      });
      const senders = Array.from({ length: CLIENTS }, (_, n) => new Sender(`s${n}`, `k${n % HUBS}`));
      const confirmed = () => senders.reduce((sum, sender) => sum + sender.confirmed.size, 0);
      for (let round = 1; round <= ROUNDS; round++) {
        const before = confirmed();
        for (const sender of senders) sender.connect(relay.url);
        await until("messages to be confirmed", () => confirmed() >= before + 200 + round);
        relay.signal("SIGKILL");
        await relay.stopped();
        await relay.start();
        expect(relay.log.filter(({ message }) => message.includes("kept messages"))).toEqual([]);
      }
      for (let hub = 0; hub < HUBS; hub++) {
        const held = await historyOf(relay.url, `k${hub}`);
        const ids = [...held.values()];
        expect(new Set(ids).size).toBe(ids.length);
        expect([...held.keys()]).toEqual(ids.map((_, index) => index + 1));
        for (const sender of senders.filter((one) => one.hub === `k${hub}`))
          for (const [id, seq] of sender.confirmed) expect(held.get(seq)).toBe(id);
      }
      for (const sender of senders) sender[Symbol.dispose]();
    },
    ROUNDS * 15_000,
  );
});

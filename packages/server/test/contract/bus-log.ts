import { expect, test } from "bun:test";
import type { Bus, OpenBus, StoredEntry } from "../../src/bus.ts";
import { until } from "../kit/wait.ts";

/** Buses that share a log which nobody has used. */
export interface LogUnderTest extends AsyncDisposable {
  open(name: string): Promise<OpenBus> | OpenBus;
  /** Lets what was sent arrive, where the test has to. */
  flush(): void;
}

interface Heard {
  readonly entries: StoredEntry[];
  readonly began: (readonly [first: number, last: number])[];
  readonly lost: (readonly [first: number, last: number])[];
  end(): void;
}

const bytes = (text: string) => new TextEncoder().encode(text);
const texts = ({ entries }: Heard) => entries.map((entry) => new TextDecoder().decode(entry.bytes));

export function listen(bus: Bus, shard: number, after: number): Heard {
  const heard: Omit<Heard, "end"> = { entries: [], began: [], lost: [] };
  const end = bus.read(shard, after, {
    began: (first, last) => void heard.began.push([first, last]),
    entry: (entry) => void heard.entries.push(entry),
    lost: (first, last) => void heard.lost.push([first, last]),
  });
  return { ...heard, end };
}

/** What every bus guarantees of its logs. */
export function logContract(create: () => Promise<LogUnderTest>): void {
  async function withNodes(
    count: number,
    act: (
      nodes: readonly Bus[],
      flushing: (what: string, isTrue: () => boolean) => Promise<void>,
      log: LogUnderTest,
    ) => Promise<void>,
  ): Promise<void> {
    await using log = await create();
    const nodes: Bus[] = [];
    const owner = { connected() {}, disconnected() {}, received() {} };
    for (let index = 0; index < count; index++) nodes.push((await log.open(`n${index}`))(owner));
    const flushing = (what: string, isTrue: () => boolean) =>
      until(what, () => {
        log.flush();
        return isTrue();
      });
    // A log begins to exist with its first reader.
    const opened = nodes.flatMap((node) => [0, 1, 2, 3].map((shard) => listen(node, shard, 0)));
    await flushing("connections", () => opened.every(({ began }) => began.length > 0));
    for (const one of opened) one.end();
    await act(nodes, flushing, log);
    for (const node of nodes) await node.close();
  }

  const append = async (log: LogUnderTest, bus: Bus, shard: number, text: string, id = text): Promise<number> => {
    const position = bus.append(shard, bytes(text), id);
    log.flush();
    return position;
  };

  test("R165 all nodes read the same entries in one order, each once, with their positions and one time", () =>
    withNodes(3, async (nodes, flushing, log) => {
      const heard = nodes.map((node) => listen(node, 0, 0));
      const appended: Promise<number>[] = [];
      for (let n = 0; n < 30; n++) {
        const node = nodes[n % 3];
        if (node) appended.push(append(log, node, 0, `${n}`));
      }
      log.flush();
      const positions = await Promise.all(appended);
      expect(positions.toSorted((one, other) => one - other)).toEqual(Array.from({ length: 30 }, (_, n) => n + 1));
      await flushing("everybody to read all", () => heard.every(({ entries }) => entries.length >= 30));
      const [first] = heard;
      if (!first) throw new Error("nobody reads");
      for (const [n, position] of positions.entries()) expect(texts(first)[position - 1]).toBe(`${n}`);
      for (const one of heard) {
        expect(one.entries.map(({ position }) => position)).toEqual(Array.from({ length: 30 }, (_, n) => n + 1));
        expect(texts(one)).toEqual(texts(first));
        expect(one.entries.map(({ at }) => at)).toEqual(first.entries.map(({ at }) => at));
        expect(one.lost).toEqual([]);
      }
    }));

  test("R165 who reads from a position on gets what follows it, and is told where the log ends now", () =>
    withNodes(2, async ([one, other], flushing, log) => {
      if (!one || !other) throw new Error("too few nodes");
      for (const text of ["a", "b", "c"]) await append(log, one, 1, text);
      const late = listen(other, 1, 2);
      await flushing("the third", () => late.entries.length > 0);
      expect(late.began).toEqual([[1, 3]]);
      await append(log, other, 1, "d");
      await flushing("the fourth", () => late.entries.length > 1);
      expect(texts(late)).toEqual(["c", "d"]);
      late.end();
      await append(log, one, 1, "e");
      const all = listen(one, 1, 0);
      await flushing("all five", () => all.entries.length === 5);
      expect(texts(late)).toEqual(["c", "d"]);
    }));

  test("R165 logs do not share their entries, and the same id twice is one entry", () =>
    withNodes(2, async ([one, other], flushing, log) => {
      if (!one || !other) throw new Error("too few nodes");
      expect(await append(log, one, 2, "a", "id")).toBe(1);
      expect(await append(log, other, 2, "b")).toBe(2);
      expect(await append(log, one, 2, "a", "id")).toBe(1);
      expect(await append(log, one, 3, "x")).toBe(1);
      const heard = listen(other, 2, 0);
      await flushing("both", () => heard.entries.length >= 2);
      await append(log, one, 2, "c");
      await flushing("the third", () => heard.entries.length >= 3);
      expect(texts(heard)).toEqual(["a", "b", "c"]);
    }));

  test("R165 the next entry waits until the one before it has been handled", () =>
    withNodes(1, async ([bus], flushing, log) => {
      if (!bus) throw new Error("too few nodes");
      const seen: number[] = [];
      const { promise, resolve } = Promise.withResolvers<void>();
      bus.read(0, 0, {
        began() {},
        lost() {},
        entry({ position }) {
          seen.push(position);
          return position === 1 ? promise : undefined;
        },
      });
      for (const text of ["a", "b", "c"]) await append(log, bus, 0, text);
      await flushing("the first", () => seen.length > 0);
      expect(seen).toEqual([1]);
      resolve();
      await flushing("the others", () => seen.length === 3);
    }));

  test("R165 a reader that knows of more than the log holds learns that", () =>
    withNodes(1, async ([bus], flushing, log) => {
      if (!bus) throw new Error("too few nodes");
      await append(log, bus, 0, "a");
      const heard = listen(bus, 0, 7);
      await flushing("the news", () => heard.lost.length > 0);
      expect(heard.lost).toEqual([[1, 1]]);
    }));
}

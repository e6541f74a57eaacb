import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { Readable } from "node:stream";
import { type Client, connect, type Data, type Message } from "@achex/client";
import { type Batch, batchFrom, fullChannel, GAP, hubFor, INSTANCE } from "@achex/streaming";
import { until } from "../../server/test/kit/wait.ts";
import { type InputRow, readRows, timeFrom } from "../src/stream/read-rows.ts";
import { achex, start } from "./kit/achex.ts";
import { type Served, serve } from "./kit/serve.ts";

setDefaultTimeout(120_000);

async function rowsOf(text: string, options: Partial<Parameters<typeof readRows>[1]> = {}) {
  const ignored: string[] = [];
  const rows: InputRow[] = [];
  const all = {
    format: undefined,
    time: undefined,
    ignored: (name: string, value: string) => ignored.push(`${name} ${value}`),
  };
  for await (const row of readRows(Readable.from([text]), { ...all, ...options })) rows.push(row);
  return { rows: rows.map(({ values, time }) => [...values, ...(time === undefined ? [] : [time])]), ignored };
}

describe("what achex send --stream reads", () => {
  test("CSV: names from the header, quotes, empty cells as gaps, any line ends, a byte order mark", async () => {
    const { rows, ignored } = await rowsOf('\ufeffvolts,"amps, fast",note\r\n1.5,-2e3,ok\r\n\r\n,nan,\r\n3\r\n');
    expect(rows).toEqual([
      [
        ["volts", 1.5],
        ["amps, fast", -2_000],
      ],
      [
        ["volts", GAP],
        ["amps, fast", GAP],
        ["note", GAP],
      ],
      [
        ["volts", 3],
        ["amps, fast", GAP],
        ["note", GAP],
      ],
    ]);
    expect(ignored).toEqual(['note "ok"']);
  });

  test("NDJSON: the keys are the names, and may differ from line to line", async () => {
    const { rows, ignored } = await rowsOf('{"a":1,"b":null}\n{"b":true,"c":"text","a":{}}\n');
    expect(rows).toEqual([
      [
        ["a", 1],
        ["b", GAP],
      ],
      [["b", 1]],
    ]);
    expect(ignored).toEqual(['c "text"', "a {}"]);
  });

  test("a column with the time: seconds, milliseconds, or a date", async () => {
    const { rows } = await rowsOf("a,when\n1,1764190000\n2,1764190000123\n3,2026-11-26T20:46:40Z\n4,soon\n", {
      time: "when",
    });
    expect(rows.map((row) => row[1])).toEqual([1_764_190_000_000, 1_764_190_000_123, 1_795_726_000_000, undefined]);
    expect(timeFrom("")).toBeUndefined();
  });

  test("what is neither is rejected with the line", async () => {
    await expect(rowsOf('{"a":1}\n{"a":\n')).rejects.toThrow("line 2 is not valid JSON");
    await expect(rowsOf('{"a":1}\n[1]\n')).rejects.toThrow("line 2 is not a JSON object");
    await expect(rowsOf('a,b\n1,"2\n')).rejects.toThrow("not valid CSV");
  });
});

describe("achex send --stream", () => {
  let served: Served;
  const clients: Client<object>[] = [];
  beforeAll(async () => {
    served = await serve();
  });
  afterAll(async () => {
    for (const client of clients) client.close();
    await served[Symbol.asyncDispose]();
  });

  /** Collects the batches of a stream. */
  async function watch(code: string) {
    const client = connect<object>(`ws://${served.classic}/${INSTANCE}`, { name: "watcher" });
    clients.push(client);
    const batches: Batch[] = [];
    const senders = new Set<number>();
    const channel = client.broadcast(fullChannel(code));
    channel.on("message", ({ data, sid }: Message<Data>) => {
      const reading = batchFrom(data, client.clock.now());
      if (!("batch" in reading)) throw new Error(reading.reason);
      batches.push(reading.batch);
      senders.add(sid);
    });
    await client.hub(hubFor(code)).join({ state: true, host: false });
    await channel.join();
    const column = (name: string) => batches.flatMap(({ columns }) => [...(columns.get(name) ?? [])]);
    return { client, batches, senders, column };
  }

  test("rows of a recorded file at their pace, all of them, in order, with regular times", async () => {
    const watcher = await watch("K7BQ2");
    const numbers = Array.from({ length: 2_000 }, (_, n) => n);
    const input = `a,b\n${numbers.map((n) => `${n},${-n}`).join("\n")}\n`;
    const args = ["send", served.classic, "--as", "lab", "--stream", "k7bq2", "--every", "0.8", "--title", "Two lines"];
    const { code, out, err } = await achex(args, { input });
    expect([code, out]).toEqual([0, ""]);
    expect(err).toBe(
      `achex: stream K7BQ2: watch it at http://${served.classic}/demos/stream?join=K7BQ2\nachex: 2000 rows sent\n`,
    );
    await until("all rows", () => watcher.column("a").length === 2_000);
    expect(watcher.column("a")).toEqual(numbers);
    expect(watcher.column("b")).toEqual(numbers.map((n) => 0 - n));
    const times = watcher.batches.flatMap((batch) => [...batch.times]);
    for (const [row, time] of times.entries()) expect(time - (times[0] ?? 0)).toBeCloseTo(row * 0.8, 1);
    expect(watcher.batches.find(({ about }) => about)?.about).toMatchObject({ title: "Two lines", thin: true });
    expect(watcher.batches.length).toBeWithin(10, 120);
    expect(watcher.senders.size).toBe(1);
  });

  test("each line arrives while the input goes on; a second publisher of the code is rejected", async () => {
    const watcher = await watch("BCDFG");
    await using command = start(["send", served.classic, "--as", "lab", "--stream", "BCDFG"]);
    expect(await command.err.next("the notice", 20_000)).toContain("stream BCDFG: watch it at ");
    for (const value of [1, 2]) {
      command.write(`{"a":${value}}\n`);
      await until(`row ${value}`, () => watcher.column("a").length === value);
    }
    const second = await achex(["send", served.classic, "--as", "other", "--stream", "BCDFG"], { input: '{"a":9}\n' });
    expect(second).toEqual({
      ...{ code: 1, out: "" },
      err: "achex: somebody else publishes stream BCDFG; choose another code\n",
    });
    command.signal("SIGTERM");
    expect((await command.ended).code).toBe(0);
    expect(await command.err.next("the end")).toBe("achex: 2 rows sent");
    await until("the host has left", () => watcher.client.hub(hubFor("BCDFG")).host === undefined);
    expect(watcher.column("a")).toEqual([1, 2]);
  });

  test("mistakes end with exit code 2 and say what to do", async () => {
    const failure = async (...args: string[]) => {
      const { code, err } = await achex(["send", served.classic, "--as", "lab", ...args], { input: "x\n" });
      expect(code).toBe(2);
      return err;
    };
    expect(await failure("--stream", "ABCDE")).toContain("ABCDE is not a stream code; it has five letters and digits");
    expect(await failure("--stream", "--bc", "news")).toContain("give neither a target nor messages");
    expect(await failure("--stream", "--every", "0")).toContain(
      "Give milliseconds, at least 0.05; see achex send --help",
    );
  });
});

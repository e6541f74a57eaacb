import { describe, expect, test } from "bun:test";
import { signal } from "@preact/signals";
import { ManualClock } from "../../../../packages/client/test/kit/manual-clock.ts";
import type { Answer, Settings } from "../../shared/instruments/wire.ts";
import { ScpiLine } from "../net/scpi-line.ts";
import { SettingsDesk } from "../net/settings-desk.ts";

/** An instrument that answers when the test says so. */
function slowInstrument() {
  const settings = signal<Settings>({ voltage: 1, output: false });
  const asked: { set: Settings; accept: () => void; reject: (text: string) => void }[] = [];
  const clock = new ManualClock();
  const desk = new SettingsDesk({
    ...{ settings, timers: clock },
    textOf: (error) => String(error),
    ask: (set) =>
      new Promise<Answer>((resolve, reject) => {
        const accept = () => {
          settings.value = { ...settings.value, ...set };
          resolve({ settings: settings.value });
        };
        asked.push({ set, accept, reject });
      }),
  });
  const next = async (finish: "accept" | "reject") => {
    const one = asked.shift();
    if (finish === "accept") one?.accept();
    else one?.reject("voltage can be 0 to 30 V");
    await Promise.resolve();
    await Promise.resolve();
    return one?.set;
  };
  return { desk, clock, asked, settings, next };
}

describe("changes on their way", () => {
  test("a value is pending until the instrument has confirmed it", async () => {
    const { desk, next } = slowInstrument();
    desk.want("voltage", 5);
    expect(desk.shown("voltage")).toEqual({ value: 5, isPending: true });
    expect(await next("accept")).toEqual({ voltage: 5 });
    expect(desk.shown("voltage")).toEqual({ value: 5, isPending: false });
    expect(desk.shown("__proto__").value).toBeUndefined();
  });

  test("while one question is on its way, only the newest value waits, and the next one keeps a distance", async () => {
    const { desk, clock, asked, next } = slowInstrument();
    for (const value of [2, 3, 4]) desk.want("voltage", value);
    expect(asked.length).toBe(1);
    expect(await next("accept")).toEqual({ voltage: 2 });
    expect(asked.length).toBe(0);
    clock.advance(40);
    expect(await next("accept")).toEqual({ voltage: 4 });
    expect(desk.shown("voltage")).toEqual({ value: 4, isPending: false });
    expect(clock.pending).toBe(0);
  });

  test("what is rejected goes back with the reason, unless the knob has moved on", async () => {
    const { desk, clock, next } = slowInstrument();
    desk.want("voltage", 40);
    desk.want("voltage", 6);
    await next("reject");
    expect(desk.rejection.value).toBeUndefined();
    clock.advance(40);
    expect(await next("accept")).toEqual({ voltage: 6 });
    clock.advance(40);
    desk.want("voltage", 50);
    await next("reject");
    expect(desk.shown("voltage")).toEqual({ value: 6, isPending: false });
    expect(desk.rejection.value).toMatchObject({ name: "voltage", text: "voltage can be 0 to 30 V" });
  });
});

describe("line of commands", () => {
  /** An instrument with an error queue. */
  function line(answers: Readonly<Record<string, string>>) {
    const errors: string[] = [];
    const asked: string[] = [];
    const scpi = new ScpiLine(
      async (text) => {
        asked.push(text);
        if (text === "SYST:ERR?") return { settings: {}, scpi: errors.shift() ?? '0,"No error"' };
        if (text === "silence") throw new Error("it has not answered");
        if (answers[text] === undefined) errors.push('-113,"Undefined header"');
        return { settings: {}, scpi: answers[text] ?? "" };
      },
      (error) => String(error),
    );
    const shown = () => scpi.log.value.map(({ kind, text }) => `${kind} ${text}`);
    return { scpi, asked, shown };
  }

  test("errors stand under the line that caused them, and faults do not stop it", async () => {
    const { scpi, shown } = line({ "*IDN?": "Achex,PS-330" });
    await Promise.all(["*IDN?", "WRONG", "silence", "*IDN?"].map((text) => scpi.send(text)));
    expect(shown()).toEqual([
      ...["sent *IDN?", "answer Achex,PS-330", "sent WRONG", 'error -113,"Undefined header"'],
      ...["sent silence", "note Error: it has not answered", "sent *IDN?", "answer Achex,PS-330"],
    ]);
  });

  test("a line that reads the queue itself is left alone", async () => {
    const { scpi, asked } = line({});
    await scpi.send("SYST:ERR?");
    expect(asked).toEqual(["SYST:ERR?"]);
  });

  test("the history goes back and forth, without repetitions", async () => {
    const { scpi } = line({});
    for (const text of ["A", "B", "B"]) await scpi.send(text);
    expect([scpi.recall(-1), scpi.recall(-1), scpi.recall(-1), scpi.recall(1), scpi.recall(1)]).toEqual([
      "B",
      "A",
      "A",
      "B",
      "",
    ]);
  });

  test("the list of commands comes from a block; anything else is ignored", async () => {
    const text = "*IDN?/qonly/\n*RST/nquery/\n[SOURce:]VOLTage\n<b>x</b>\n";
    const { scpi } = line({ "SYST:HELP:HEAD?": `#2${text.length}${text}` });
    await scpi.list();
    expect(scpi.headers.value).toEqual(["*IDN?", "*RST", "[SOURce:]VOLTage"]);
    const other = line({ "SYST:HELP:HEAD?": "x".repeat(100_000) });
    await other.scpi.list();
    expect(other.scpi.headers.value).toEqual([]);
  });

  test("long answers are shortened, and the log keeps the newest lines", async () => {
    const { scpi } = line({ Q: "y".repeat(1e6) });
    for (let count = 0; count < 150; count++) await scpi.send("Q");
    expect(scpi.log.value.length).toBe(200);
    expect(Math.max(...scpi.log.value.map(({ text }) => text.length))).toBe(2_000);
  });
});

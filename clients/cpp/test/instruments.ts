import { expect } from "bun:test";
import { startInstrument } from "@achex/instruments";
import { type Client, connect, type Data, type Message } from "../../../packages/client/src/index.ts";

type Page = Client<object>;

/** The shape of a value: its keys and the types of what they hold. Frames of the same kind have the same shape. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shapeOf);
  if (typeof value !== "object" || value === null) return typeof value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, one]) => [key, shapeOf(one)] as const)
      .toSorted(([a], [b]) => a.localeCompare(b)),
  );
}

function next(page: Page, fits: (message: Message<Data>) => boolean): Promise<Message<Data>> {
  return new Promise((resolve) => {
    const off = page.on("message", (message) => {
      if (!fits(message)) return;
      off();
      resolve(message);
    });
  });
}

const failure = (asking: Promise<unknown>) => asking.then(Object, ({ code, message }) => ({ code, message }));

/** All that a page sees of a function generator. */
async function observe(page: Page, id: string) {
  const found = page.hub("instruments").members.find(({ attributes }) => attributes.instrument === id);
  const room = page.hub(`instrument-${id}`);
  await room.join({ state: true });
  const waveforms = page.hub(`waveform-${id}`);
  await waveforms.join();
  const ask = (set: Data) => page.ask(id, { set });
  const signal = { "output-1": true, "shape-1": "square", "amplitude-1": 4, "dc-1": 0.25, "frequency-1": 2_000 };
  const wrong = await Promise.all([
    failure(ask({ "amplitude-1": 99 })),
    failure(ask({ "amplitude-1": 9.9, "dc-1": 2 })),
    failure(ask({ "no-such": 1 })),
    failure(ask({ "frequency-1": "fast" })),
    failure(ask({ "shape-1": "heart" })),
    failure(page.ask(id, { nothing: true })),
  ]);
  const changed = await ask({ ...signal, points: 500, "range-1": 1 });
  const state = room.state.snapshot();
  const doubled = await ask({ "load-2": "open" });
  const waveform = await next(page, ({ channel, data }) => {
    return channel.names[0] === waveforms.name && data.points === 500;
  });
  const reading = await next(page, ({ data }) => data.r === id && String(data.s) === "output-1");
  const one = await ask({ "trigger-mode": "single", "trigger-level": 0.25 });
  const single = await next(page, ({ channel, data }) => {
    return channel.names[0] === waveforms.name && data.state === "single";
  });
  return { attributes: found?.attributes, wrong, changed, state, doubled, waveform, reading, one, single };
}

/** Volts of the first channel. */
function volts({ data, bytes }: Message<Data>): number[] {
  const { scale, offset } = Object((data.channels as Data[])[0]);
  const view = new DataView((bytes ?? new Uint8Array()).slice().buffer);
  return Array.from({ length: Number(data.points) }, (_, at) => view.getInt16(2 * at, true) * scale + offset);
}

/** Whether an instrument, which has joined as `id`, looks to a page like the simulated one of packages/instruments. */
export async function expectSameAsOurs(url: string, id: string): Promise<void> {
  await using ours = await startInstrument("function-generator", { id: "ours" }, { url });
  expect(ours.client.name).toBe("ours");
  const page = connect<object>(url, { name: "page" });
  await page.hub("instruments").join({ presence: true });
  await page.broadcast("readings").join();
  const expected = await observe(page, "ours");
  const seen = await observe(page, id);
  // What need not be the same: names and dates, and what depends on the moment.
  const { calibrated: _, due: __, ...attributes } = expected.attributes ?? {};
  expect(shapeOf(seen.attributes)).toEqual(shapeOf(attributes));
  expect(seen.wrong.map(({ code }) => code)).toEqual(expected.wrong.map(({ code }) => code));
  expect(seen.state).toEqual(expected.state);
  expect([seen.changed, seen.doubled, seen.one]).toEqual([expected.changed, expected.doubled, expected.one]);
  for (const kind of ["waveform", "single", "reading"] as const) {
    const [theirs, own] = [seen[kind], expected[kind]];
    expect(shapeOf(theirs.data)).toEqual(shapeOf(own.data));
    expect(theirs.bytes?.length).toBe(own.bytes?.length);
    expect(/"\$latest":"\w"/.exec(theirs.text)).toEqual(/"\$latest":"\w"/.exec(own.text));
  }
  for (const message of [seen.waveform, expected.waveform, seen.single]) {
    const samples = volts(message);
    expect(Math.max(...samples)).toBeCloseTo(2.25, 1);
    expect(Math.min(...samples)).toBeCloseTo(-1.75, 1);
    // Five milliseconds of 2 kHz, high for half of the time.
    const high = samples.filter((one) => one > 0.25).length;
    expect(Math.abs(high - 250)).toBeLessThan(15);
  }
  expect(Math.abs(Number(seen.reading.data.t) - page.clock.now())).toBeLessThan(5_000);
  page.close();
}

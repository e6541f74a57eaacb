import { expect, test } from "bun:test";
import type { Announcement } from "../../shared/instruments/wire.ts";
import { trendsCsv, valuesCsv } from "../net/export.ts";
import { WallInstrument } from "../net/wall-instrument.ts";
import { Allowance } from "../rules/allowance.ts";
import { calibrationAt } from "../rules/calibration.ts";
import { csvOf } from "../rules/csv.ts";
import { kioskLayout } from "../rules/kiosk-layout.ts";
import { livenessAt } from "../rules/liveness.ts";
import { Trend } from "../rules/trend.ts";

const ANNOUNCED: Announcement = {
  ...{ id: "psu-1", kind: "power-supply", title: "Bench supply", maker: "Achex", model: "PS-330" },
  ...{ serial: "SIM1", firmware: "1.0", calibrated: "2025-01-01", due: "2026-01-01" },
};
const VOLTS = { title: "Voltage", unit: "V", digits: 4, min: 0, max: 10, low: 2, high: 8 };
const described = (quantities: Record<string, typeof VOLTS>) => ({
  description: {
    ...{ quantities, interval: 100, settings: undefined, limits: undefined },
    ...{ actions: undefined, waveform: undefined },
  },
  problems: [],
});
const present = { ...ANNOUNCED, sid: 7, name: "psu-1", isAway: false, rivals: 0 };
const ignore = () => {};

function onTheWall(): WallInstrument {
  const instrument = new WallInstrument(ANNOUNCED);
  instrument.announce(present, 0);
  instrument.describe(described({ volts: VOLTS }), 0);
  return instrument;
}
const receive = (instrument: WallInstrument, volts: unknown, now: number, time = now) =>
  instrument.receive({ id: "psu-1", time, values: { volts }, status: [], missed: 0 }, { now, clock: now }, ignore);

test("live, stale after three readings, offline after 1.5 s of silence or when it has left", () => {
  const at = (now: number, interval = 100, isPresent = true) =>
    livenessAt(now, { isPresent, announcedAt: 0, lastAt: 1_000, interval });
  const states = [1_100, 1_400, 1_401, 2_500, 2_501].map((now) => at(now));
  expect(states).toEqual(["live", "live", "stale", "stale", "offline"]);
  // One that sends once per second is not offline before three are missing.
  expect([3_000, 4_100, 4_101].map((now) => at(now, 1_000))).toEqual(["live", "live", "offline"]);
  expect(at(1_001, 100, false)).toBe("offline");
  expect(livenessAt(1_000, { isPresent: true, announcedAt: 0, lastAt: undefined, interval: 100 })).toBe("waiting");
  expect(livenessAt(1_501, { isPresent: true, announcedAt: 0, lastAt: undefined, interval: 100 })).toBe("offline");
});

test("an instrument that hangs goes stale and offline, and returns with its next reading", () => {
  const instrument = onTheWall();
  const states = [50, 100, 450, 550, 2_100].map((now) => {
    if (now <= 100) receive(instrument, 5, now);
    instrument.tick({ now, clock: now }, ignore);
    return instrument.liveness;
  });
  expect(states).toEqual(["live", "live", "live", "stale", "offline"]);
  receive(instrument, 5, 2_200);
  expect(instrument.liveness).toBe("live");
  instrument.announce(undefined, 2_300);
  expect(instrument.liveness).toBe("offline");
  expect(instrument.channels[0]?.value).toBe(5);
});

test("a lying instrument gets marks that say what is wrong, each once, and loses them when it is honest again", () => {
  const instrument = onTheWall();
  for (const [at, value] of ["5", [5], { volts: 5 }, true, undefined].entries()) receive(instrument, value, at * 100);
  expect(instrument.marks.list).toEqual([{ code: "not-a-number", text: "Voltage is not a number." }]);
  receive(instrument, 1e308, 600);
  receive(instrument, 5, 700, 700 + 3_600_000);
  instrument.describe(described({ volts: { ...VOLTS, unit: "mV" } }), 800);
  instrument.describe(described({ amps: { ...VOLTS, unit: "A" } }), 900);
  for (let at = 0; at < 500; at++) receive(instrument, 5, 1_000 + at);
  const codes = instrument.marks.list.map(({ code }) => code).toSorted();
  expect(codes).toEqual(["changed", "clock", "flood", "not-a-number", "off-scale", "unit"]);
  expect(instrument.ignored).toBeGreaterThan(450);
  instrument.tick({ now: 30_000, clock: 30_000 }, ignore);
  expect(instrument.marks.list).toEqual([]);
});

test("readings at the interval are all taken, those of a flood are not", () => {
  const count = (allowance: Allowance, milliseconds: number) =>
    Array.from({ length: 1_000 }, (_, at) => allowance.take(at * milliseconds, 100)).filter(Boolean).length;
  expect(count(new Allowance(), 100)).toBe(1_000);
  expect(count(new Allowance(), 60)).toBe(1_000);
  // Of 1,000 in 2 s, twice as many as its interval allows, and a burst.
  expect(count(new Allowance(), 2)).toBeLessThanOrEqual(50);
});

test("a trend keeps peaks and gaps, in the same memory for ever", () => {
  const trend = new Trend(500, 4);
  const bins = (now: number) => {
    const found: number[][] = [];
    trend.each(now, (...bin) => found.push(bin));
    return found;
  };
  const values = [
    [100, 1],
    [200, 9],
    [300, 2],
    [1_600, 4],
  ] as const;
  for (const [time, value] of values) trend.add(value, time);
  expect(bins(1_700)).toEqual([
    [3, 1, 9, 2],
    [0, 4, 4, 4],
  ]);
  expect(bins(2_200)).toEqual([[1, 4, 4, 4]]);
  trend.add(7, 1e12);
  expect(bins(1e12)).toEqual([[0, 7, 7, 7]]);
  expect(bins(1e12 + 10_000)).toEqual([]);
});

test("calibration: valid through the day itself, in every time zone", () => {
  const at = (time: string) => calibrationAt(Date.parse(time), "2026-03-02");
  expect(at("2026-01-01T00:00Z")).toBe("valid");
  expect([at("2026-02-20T00:00Z"), at("2026-03-02T23:00Z")]).toEqual(["soon", "soon"]);
  expect(at("2026-03-04T00:00Z")).toBe("overdue");
  expect([calibrationAt(0, undefined), calibrationAt(0, "2026-99-99")]).toEqual(["unknown", "unknown"]);
});

test("CSV: quotes, line ends, and texts that a spreadsheet would run", () => {
  const rows = [
    ['say "hi"', "x,y"],
    ["=HYPERLINK(1)", -5],
    ["-1", null],
    ["+cmd|' /C calc'", true],
  ];
  expect(csvOf(["a", "b"], rows)).toBe(
    'a,b\r\n"say ""hi""","x,y"\r\n\'=HYPERLINK(1),-5\r\n\'-1,\r\n\'+cmd|\' /C calc\',true\r\n',
  );
});

test("CSV: values with units and states, and the bins of trends", () => {
  const instrument = onTheWall();
  receive(instrument, 3.25, 1_200);
  receive(instrument, 3.5, 1_300);
  const [, line] = valuesCsv([instrument], Date.parse("2026-11-27")).split("\r\n");
  expect(line).toBe(
    "1970-01-01T00:00:01.300Z,psu-1,Bench supply,power-supply,volts,3.5,V,2,8,live,,2026-01-01,overdue,",
  );
  expect(trendsCsv([instrument], "minute", 1_400).split("\r\n")[1]).toBe(
    "1970-01-01T00:00:01.000Z,psu-1,Bench supply,volts,V,3.25,3.5,3.5",
  );
});

test("a wall screen shows all instruments as large as they fit, or in turn", () => {
  expect(kioskLayout(6, 1_880, 960)).toMatchObject({ columns: 3, rows: 2, isSmall: false, pages: 1 });
  const { columns, rows, isSmall, pages } = kioskLayout(100, 1_880, 960);
  expect([isSmall, pages]).toEqual([true, 1]);
  expect(columns * rows).toBeGreaterThanOrEqual(100);
  expect(kioskLayout(300, 1_880, 960).pages).toBeGreaterThan(1);
  expect(kioskLayout(0, 100, 50)).toMatchObject({ columns: 1, rows: 1, pages: 1 });
});

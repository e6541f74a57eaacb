import { expect, test } from "bun:test";
import type { Attributes, Member } from "@achex/client";
import { describedBy } from "../description.ts";
import { instrumentsAmong } from "../directory.ts";
import { measuredValue } from "../readings.ts";

const ATTRIBUTES = {
  ...{ instrument: "psu-1", kind: "power-supply", title: "Bench supply", maker: "Achex" },
  ...{ model: "PS-330", serial: "SIM1", firmware: "1.0", calibrated: "2026-03-02", due: "2027-03-02" },
};
const member = (sid: number, attributes: Attributes, away = false): Member => ({
  ...{ name: `name-${sid}`, sid, joined: 0, attributes },
  ...(away && { away }),
});

test("members that conform are instruments; pages are not; the others are named with a reason", () => {
  const { instruments, misfits } = instrumentsAmong([
    member(1, {}),
    member(2, { ...ATTRIBUTES, title: "\u202Ebad\u0000 title" }),
    member(3, { ...ATTRIBUTES, instrument: "../etc" }),
    member(4, { ...ATTRIBUTES, instrument: "dmm-1", due: "soon" }),
    member(5, { ...ATTRIBUTES, instrument: "dmm-2", title: "x".repeat(65) }),
    member(6, { ...ATTRIBUTES, instrument: "dmm-3", title: "\u200B" }),
  ]);
  expect(instruments.map(({ id, title, sid }) => [id, title, sid])).toEqual([
    ["psu-1", "bad title", 2],
    ["dmm-3", "dmm-3", 6],
  ]);
  expect(misfits.map(({ sid }) => sid)).toEqual([3, 4, 5]);
  expect(misfits[1]?.problem).toContain("due");
});

test("of two with one id the first counts, and one that is away gives way to one that is not", () => {
  const sids = (members: readonly Member[]) =>
    instrumentsAmong(members).instruments.map(({ sid, rivals, isAway }) => ({ sid, rivals, isAway }));
  expect(sids([member(1, ATTRIBUTES), member(2, { ...ATTRIBUTES })])).toEqual([{ sid: 1, rivals: 1, isAway: false }]);
  expect(sids([member(1, ATTRIBUTES, true), member(2, { ...ATTRIBUTES })])).toEqual([
    { sid: 2, rivals: 0, isAway: false },
  ]);
  expect(sids([member(1, ATTRIBUTES), member(2, { ...ATTRIBUTES }, true)])).toEqual([
    { sid: 1, rivals: 0, isAway: false },
  ]);
  expect(sids([member(1, ATTRIBUTES, true)])).toEqual([{ sid: 1, rivals: 0, isAway: true }]);
});

test("a key of the state that does not conform does not hide the others", () => {
  const volts = { unit: "V", digits: 5, min: 0, max: 30, title: "Voltage" };
  const described = (quantities: unknown) => describedBy({ interval: 100, quantities });
  expect(described({ volts })).toEqual({
    description: expect.objectContaining({ interval: 100, quantities: { volts } }),
    problems: [],
  });
  const wrong: readonly unknown[] = [
    { volts: { ...volts, min: 30 } },
    { volts: { ...volts, digits: 1e9 } },
    { volts: { ...volts, min: Number.NaN } },
    { volts: { ...volts, low: 3, high: 2 } },
    { volts: { ...volts, log: true } },
    JSON.parse('{"__proto__x":{},"<b>":1}'),
    Object.fromEntries(Array.from({ length: 17 }, (_, at) => [`q${at}`, volts])),
    "volts",
  ];
  for (const quantities of wrong) {
    const { description, problems } = described(quantities);
    expect(description.interval).toBe(100);
    expect(description.quantities).toBeUndefined();
    expect(problems).toHaveLength(1);
  }
});

test("a value is a finite number or null; anything else is neither", () => {
  const values = { volts: 3.3, open: null, text: "3.3", list: [1], infinite: Number.POSITIVE_INFINITY };
  const seen = ["volts", "open", "text", "list", "infinite", "missing", "toString"].map((name) =>
    measuredValue({ values }, name),
  );
  expect(seen).toEqual([3.3, null, undefined, undefined, undefined, undefined, undefined]);
});

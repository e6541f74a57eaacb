import { expect, test } from "bun:test";
import fc from "fast-check";
import { invitationFrom, linkTo, newCode, newSecret, secretFrom } from "../src/code.ts";
import { MOST_FILES, messageFrom, OfferReader, offerParts } from "../src/messages.ts";
import { deviceName } from "../src/peer.ts";
import { Rate } from "../src/rate.ts";

const id = "0".repeat(32);

test("messages of hostile peers are none", () => {
  const bad: unknown[] = [
    null,
    [],
    {},
    { t: "accept" },
    { t: "accept", id: "../x" },
    { t: "constructor", id },
    { t: "cancel", id, why: "x".repeat(301) },
    { t: "begin", id, run: -1, salt: "A".repeat(22), via: "relay" },
    { t: "begin", id, run: 1, salt: "", via: "relay" },
    { t: "begin", id, run: 1, salt: "A".repeat(22), via: "pigeon" },
    { t: "at", id, run: 1, file: 0.5, chunk: 0 },
    { t: "offer", id, part: 0, parts: 1e9, files: [] },
    { t: "offer", id, part: 0, parts: 1, files: [{ path: "", size: 1, modified: 0 }] },
    { t: "offer", id, part: 0, parts: 1, files: [{ path: "a", size: -1, modified: 0 }] },
    { t: "offer", id, part: 0, parts: 1, files: [{ path: "a", size: 2 ** 60, modified: 0 }] },
    { t: "offer", id, part: 0, parts: 1, files: [{ path: "a".repeat(5_000), size: 1, modified: 0 }] },
    { t: "rtc", session: 1, candidate: "x".repeat(5_000) },
  ];
  for (const one of bad) expect(messageFrom(JSON.stringify(one))).toBeUndefined();
  expect(messageFrom("{")).toBeUndefined();
  expect(messageFrom(JSON.stringify({ t: "accept", id, extra: 1 }))).toEqual({ t: "accept", id });
  fc.assert(fc.property(fc.json(), (json) => messageFrom(json) === undefined));
});

test("offers of many files travel in parts that fit into frames", () => {
  const files = Array.from({ length: 2_500 }, (_, at) => ({
    path: `folder/${"x".repeat(at % 200)}${at}`,
    size: at,
    modified: 1,
  }));
  const parts = offerParts(id, files);
  expect(Math.max(...parts.map((part) => JSON.stringify(part).length))).toBeLessThan(300_000);
  const reader = new OfferReader(id);
  expect(parts.map((part) => reader.add(part))).toEqual(parts.map((_, at) => at === parts.length - 1));
  expect(reader.files).toEqual(files);
  expect(() => offerParts(id, [])).toThrow("no files");
  expect(() => offerParts(id, Array(MOST_FILES + 1).fill(files[0]))).toThrow("archive");
});

test("parts out of order, too many files and impossible sizes end an offer", () => {
  const file = { path: "a", size: 1, modified: 0 };
  const part = (number: number, parts: number, files = [file]) => ({
    t: "offer" as const,
    id,
    part: number,
    parts,
    files,
  });
  expect(() => new OfferReader(id).add(part(1, 2))).toThrow("instead of");
  expect(() => new OfferReader(id).add(part(0, 1, []))).toThrow("no files");
  const huge = { path: "a", size: Number.MAX_SAFE_INTEGER, modified: 0 };
  expect(() => new OfferReader(id).add(part(0, 1, [huge, huge]))).toThrow("impossible");
  const reader = new OfferReader(id);
  const many = Array(1_000).fill(file);
  for (let at = 0; at < 100; at++) reader.add(part(at, 1_000, many));
  expect(() => reader.add(part(100, 1_000, many))).toThrow("too many");
});

test("codes, links and their secrets", () => {
  const secret = newSecret();
  const code = newCode();
  expect(code).toMatch(/^[2-9B-Z]{5}$/);
  const link = linkTo("https://relay.example/demos/files", code, secret);
  expect(invitationFrom(link)).toMatchObject({ code, secret });
  expect(secretFrom(new URL(link).hash)).toEqual(secret);
  expect(invitationFrom(`${code}#${new URL(link).hash.slice(3)}`)).toEqual({ code, secret });
  expect(invitationFrom(" k7-bq2 ")).toEqual({ code: "K7BQ2" });
  for (const bad of [
    "",
    "A1OOO",
    "K7BQ",
    "https://relay.example/demos/files",
    "K7BQ2#short",
    "http://",
    "javascript:1",
  ])
    expect(invitationFrom(bad)).toBeUndefined();
});

test("names of devices are one visible line", () => {
  expect(deviceName("Ann's\u202E phone\n")).toBe("Ann's phone");
  expect(deviceName("x".repeat(100))).toHaveLength(32);
  for (const bad of [undefined, 1, "", "\u200b", "y".repeat(2_000)]) expect(deviceName(bad)).toBe("Unnamed");
});

test("speed and time left follow the last seconds", () => {
  let now = 0;
  const rate = new Rate(() => now);
  expect(rate.secondsLeft(1)).toBeUndefined();
  for (; now <= 10_000; now += 200) rate.add(now < 5_000 ? now * 10 : 50_000 + (now - 5_000) * 100);
  expect(rate.perSecond).toBeGreaterThan(90_000);
  expect(rate.secondsLeft(200_000)).toBeCloseTo(2, 0);
  now += 3_900;
  expect(rate.perSecond).toBeLessThan(60_000);
  rate.restart();
  expect(rate.perSecond).toBe(0);
});

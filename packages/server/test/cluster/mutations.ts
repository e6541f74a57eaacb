import type { Random } from "../sim/random.ts";
import type { Recorded } from "./recorded-frames.ts";

/** Texts that JSON.stringify() cannot write, by what stands for them. */
const RAW: Readonly<Record<string, string>> = {
  "\u{1}infinity": "1e999",
  "\u{1}minus": "-0",
  "\u{1}deep": `${"[".repeat(20_000)}${"]".repeat(20_000)}`,
  "\u{1}own": '{"__proto__":{"x":1},"toString":1,"valueOf":2,"length":1e9}',
};

const VALUES: readonly unknown[] = [
  null,
  true,
  false,
  -1,
  0.5,
  2 ** 31,
  2 ** 53,
  -(2 ** 31),
  "",
  "__proto__",
  "constructor",
  "\0",
  "hub\0root\0h",
  "name\0\0",
  "\ud800",
  "€💥".repeat(2_000),
  [],
  {},
  [[], {}, null],
  ...Object.keys(RAW),
];

/** JSON of the value, in which some parts have been replaced. */
export function hostileJson(value: unknown, random: Random, pool: readonly Recorded[]): string {
  let changed = value;
  for (let changes = 1 + random.below(3); changes > 0; changes--) changed = changedIn(changed, random, pool);
  let text = JSON.stringify(changed) ?? "null";
  for (const [key, raw] of Object.entries(RAW)) text = text.replaceAll(JSON.stringify(key), raw);
  return text;
}

/** The value with one part of it replaced, removed, repeated or moved. */
function changedIn(value: unknown, random: Random, pool: readonly Recorded[]): unknown {
  if (random.chance(0.75)) {
    if (Array.isArray(value) && value.length > 0) return changedList(value, random, pool);
    if (typeof value === "object" && value !== null && Object.keys(value).length > 0) {
      const entries = Object.entries(value);
      const index = random.below(entries.length);
      return Object.fromEntries(
        entries.flatMap(([key, one], at) => {
          if (at !== index) return [[key, one]];
          return random.chance(0.2) ? [] : [[key, changedIn(one, random, pool)]];
        }),
      );
    }
  }
  return random.chance(0.3)
    ? partOf(pool[random.below(pool.length)]?.head, random)
    : VALUES[random.below(VALUES.length)];
}

function changedList(list: readonly unknown[], random: Random, pool: readonly Recorded[]): unknown[] {
  const index = random.below(list.length);
  const copy = [...list];
  const action = random.below(8);
  if (action === 0) copy.splice(index, 1);
  else if (action === 1) copy.splice(index, 0, copy[index]);
  else if (action === 2) copy.push(copy.shift());
  // The kind mostly stays, so that what belongs to it is read.
  else if (index > 0 || random.chance(0.1)) copy[index] = changedIn(copy[index], random, pool);
  else if (copy.length > 1) copy[1] = changedIn(copy[1], random, pool);
  return copy;
}

/** Something that is anywhere in a value. */
function partOf(value: unknown, random: Random): unknown {
  let part = value;
  for (let depth = random.below(4); depth > 0 && Array.isArray(part) && part.length > 0; depth--)
    part = part[random.below(part.length)];
  return part ?? null;
}

/** Some of the bytes are others, or missing, or there are more. */
export function hostileBytes(bytes: Uint8Array, random: Random): Uint8Array {
  const changed = Uint8Array.from(bytes);
  for (let changes = random.below(6); changes > 0 && changed.length > 0; changes--)
    changed[random.below(random.chance(0.5) ? Math.min(16, changed.length) : changed.length)] = random.below(256);
  if (random.chance(0.3)) return changed.slice(0, random.below(changed.length + 1));
  return random.chance(0.2) ? Buffer.concat([changed, changed]) : changed;
}

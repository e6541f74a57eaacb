/** A point of a stroke: x and y in units of the paper (CSS pixels at zoom 1), pressure from 0 to 1. */
export type Point = readonly [x: number, y: number, pressure: number];

/** Steps per unit in which points travel; a finer step cannot be seen at the largest zoom. */
const STEPS = 16;
const PRESSURES = 31;
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const VALUES = new Map([...ALPHABET].map((letter, value) => [letter.charCodeAt(0), value]));

/** Points of one stroke at most: a longer stroke continues as the next one. */
export const MAX_POINTS = 2_000;
/** Characters of a packed stroke at most. A point takes 5 on average, and never more than 15. */
export const MAX_PACKED = 16_000;
/** The paper ends here in every direction. It would take days to get there. */
export const EDGE = 1_000_000;

/** Five bits per letter, the sixth says that more follow; the sign is the lowest bit. */
function pushNumber(letters: string[], value: number): void {
  let rest = value < 0 ? -value * 2 - 1 : value * 2;
  while (rest >= 32) {
    letters.push(ALPHABET.charAt((rest % 32) + 32));
    rest = Math.floor(rest / 32);
  }
  letters.push(ALPHABET.charAt(rest));
}

/** The points as text: differences in base 64, about 5 characters each. What `unpackPoints` returns is rounded to 1/16. */
export function packPoints(points: readonly Point[]): string {
  const letters: string[] = [];
  let last: Point = [0, 0, 0];
  for (const [x, y, pressure] of points) {
    const next: Point = [Math.round(x * STEPS), Math.round(y * STEPS), Math.round(pressure * PRESSURES)];
    pushNumber(letters, next[0] - last[0]);
    pushNumber(letters, next[1] - last[1]);
    pushNumber(letters, next[2] - last[2]);
    last = next;
  }
  return letters.join("");
}

/** Undefined if the text is not what `packPoints` writes, or has points off the paper, or too many. */
export function unpackPoints(text: string): Point[] | undefined {
  if (text.length > MAX_PACKED) return undefined;
  const numbers: number[] = [];
  let value = 0;
  let scale = 1;
  for (let at = 0; at < text.length; at++) {
    const bits = VALUES.get(text.charCodeAt(at));
    if (bits === undefined || scale > 32 ** 5) return undefined;
    value += (bits % 32) * scale;
    scale *= 32;
    if (bits >= 32) continue;
    numbers.push(value % 2 === 1 ? -(value + 1) / 2 : value / 2);
    value = 0;
    scale = 1;
  }
  if (scale !== 1 || numbers.length % 3 !== 0 || numbers.length > MAX_POINTS * 3) return undefined;
  return summed(numbers);
}

function summed(numbers: readonly number[]): Point[] | undefined {
  const points: Point[] = [];
  let [x, y, pressure] = [0, 0, 0];
  for (let at = 0; at < numbers.length; at += 3) {
    x += numbers[at] ?? 0;
    y += numbers[at + 1] ?? 0;
    pressure += numbers[at + 2] ?? 0;
    if (Math.abs(x) > EDGE * STEPS || Math.abs(y) > EDGE * STEPS) return undefined;
    if (pressure < 0 || pressure > PRESSURES) return undefined;
    points.push([x / STEPS, y / STEPS, pressure / PRESSURES]);
  }
  return points;
}

import type { Room } from "../achex2/state.ts";
import type { Random } from "../random.ts";
import type { StateWrite } from "./frames.ts";

const KEYS: readonly [string, ...string[]] = ["a", "b", "n", "__proto__"];

/** A write to a few keys. Each value is new, so that every write changes something. */
export function randomWrite(
  random: Random,
  room: Room,
  term: number | undefined,
  version: number | undefined,
  value: number,
): StateWrite {
  const free = [...KEYS];
  const take = (): string => free.splice(random.below(free.length), 1)[0] ?? "a";
  const kind = random.pick(["values", "values", "several", "increment", "delete", "mixed"] as const);
  const some = <Item>(is: boolean, items: readonly Item[]): readonly Item[] => (is ? items : []);
  const sets = kind === "values" || kind === "several" || kind === "mixed";
  const isText = random.chance(0.2);
  const values = some(sets, [[take(), isText ? `${value}` : value] as const]);
  const more = some(kind === "several", [[take(), { value }] as const]);
  const isConditional = version !== undefined && version >= 0 && random.chance(0.3);
  return {
    room,
    values: [...values, ...more],
    increment: some(kind === "increment", [[take(), 1 + random.below(3)] as const]),
    deleted: some(kind === "delete" || kind === "mixed", [take()]),
    ifs: some(isConditional, [[random.pick(KEYS), random.chance(0.2) ? 0 : (version ?? 0)] as const]),
    term,
    own: random.chance(0.3),
  };
}

/** The value of `$set`. */
export function writeKeys({ room, values, increment, deleted, ifs, term, own }: StateWrite): object {
  return {
    [room.kind]: room.name,
    ...(values.length > 0 && { values: Object.fromEntries(values) }),
    ...(increment.length > 0 && { increment: Object.fromEntries(increment) }),
    ...(deleted.length > 0 && { delete: deleted }),
    ...(ifs.length > 0 && { if: Object.fromEntries(ifs) }),
    ...(term !== undefined && { term }),
    ...(own && { own }),
  };
}

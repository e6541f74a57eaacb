import fc from "fast-check";
import { Drawing } from "../../rules/drawing.ts";
import { type Accepted, Logs } from "../../rules/logs.ts";
import { laterTime, type Operation, type Step } from "../../rules/operation.ts";
import { type Point, packPoints } from "../../rules/points.ts";

/** Two players, one of them in two windows. */
export const AUTHORS = ["player-ann.aaaaaa", "player-ann.bbbbbb", "player-bob.cccccc"] as const;

/** What somebody does next; ids are chosen among what there is by `pick`. */
export interface Deed {
  readonly by: number;
  readonly what: "draw" | "move" | "write" | "erase" | "undo" | "redo" | "see";
  readonly pick: number;
  readonly at: number;
}

export const deeds: fc.Arbitrary<Deed[]> = fc.array(
  fc.record({
    by: fc.nat({ max: AUTHORS.length - 1 }),
    what: fc.constantFrom("draw", "draw", "move", "write", "erase", "undo", "redo", "see"),
    pick: fc.nat({ max: 50 }),
    at: fc.integer({ min: -1_000, max: 1_000 }),
  }),
  { maxLength: 60 },
);

export const somePoints: fc.Arbitrary<Point[]> = fc.array(
  fc.tuple(
    fc.integer({ min: -16_000_000, max: 16_000_000 }).map((x) => x / 16),
    fc.integer({ min: -16_000_000, max: 16_000_000 }).map((y) => y / 16),
    fc.nat({ max: 31 }).map((pressure) => pressure / 31),
  ),
  { minLength: 1, maxLength: 40 },
);

/** Each author has a replica of their own, which sees the others' operations only at a "see". */
export function perform(script: readonly Deed[]): { readonly logs: Logs; readonly operations: readonly Accepted[] } {
  const logs = new Logs();
  const all: Accepted[] = [];
  const replicas = AUTHORS.map(() => ({ drawing: new Drawing(), seen: new Set<Accepted>() }));
  const stacks = AUTHORS.map(() => ({ done: [] as number[], undone: [] as number[] }));
  for (const deed of script) {
    const author = AUTHORS[deed.by] ?? AUTHORS[0];
    const { drawing, seen } = replicas[deed.by] ?? { drawing: new Drawing(), seen: new Set() };
    const stack = stacks[deed.by] ?? { done: [], undone: [] };
    if (deed.what === "see") {
      for (const one of all) if (!seen.has(one)) drawing.apply(one);
      for (const one of all) seen.add(one);
      continue;
    }
    const step = stepOf(deed, author, drawing, stack);
    if (!step) continue;
    const operation: Operation = { ...step, time: laterTime(drawing.time) };
    const count = logs.count(author);
    const outcome = logs.receive(
      { author, from: count + 1, before: logs.hashAt(author, count) ?? "", operations: [operation] },
      true,
    );
    if (outcome.kind !== "accepted") throw new Error(JSON.stringify(outcome));
    for (const one of outcome.operations) {
      drawing.apply(one);
      seen.add(one);
      all.push(one);
    }
    if (step.op === "undo") stack.undone.push(stack.done.pop() ?? 0);
    else if (step.op === "redo") stack.done.push(stack.undone.pop() ?? 0);
    else stack.done.push(count + 1);
  }
  return { logs, operations: all };
}

function stepOf(
  { what, pick, at }: Deed,
  author: string,
  drawing: Drawing,
  stack: { readonly done: readonly number[]; readonly undone: readonly number[] },
): Step | undefined {
  const player = author.slice(0, author.lastIndexOf("."));
  const own = drawing.things().filter((one) => one.player === player);
  const id = own[pick % Math.max(1, own.length)]?.id;
  if (what === "draw") {
    const points = packPoints([
      [at, at, 0.5],
      [at + 10, pick, 0.5],
    ]);
    return pick % 2 === 0
      ? { op: "add", shape: { kind: "pen", color: pick % 12, width: 4, points } }
      : { op: "add", shape: { kind: "note", x: at, y: at, color: pick % 5, text: "note" } };
  }
  const undo = stack.done.at(-1);
  const redo = stack.undone.at(-1);
  if (what === "undo") return undo === undefined ? undefined : { op: "undo", of: undo };
  if (what === "redo") return redo === undefined ? undefined : { op: "redo", of: redo };
  if (id === undefined) return undefined;
  if (what === "erase") return { op: "remove", ids: [id] };
  return { op: "edit", edits: [what === "move" ? { id, place: [at, pick, 1] } : { id, text: `text ${at}` }] };
}

/** The operations in another order that keeps each author's own, chosen by the numbers. */
export function shuffled(operations: readonly Accepted[], choices: readonly number[]): Accepted[] {
  const queues = AUTHORS.map((author) => operations.filter((one) => one.author === author));
  const result: Accepted[] = [];
  for (let at = 0; result.length < operations.length; at++) {
    const open = queues.filter((queue) => queue.length > 0);
    const next = open[(choices[at % Math.max(1, choices.length)] ?? 0) % open.length]?.shift();
    if (next) result.push(next);
  }
  return result;
}

export function drawn(operations: readonly Accepted[]): Drawing {
  const drawing = new Drawing();
  for (const one of operations) drawing.apply(one);
  return drawing;
}

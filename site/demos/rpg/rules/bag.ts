import type { ItemId } from "./items.ts";

/** So many of one item. */
export interface Stack {
  readonly item: ItemId;
  readonly count: number;
}
/** At most one stack of each item. */
export type Bag = readonly Stack[];

/** Kinds of items in a bag, and how many of each. */
export const BAG = { kinds: 16, stack: 99 } as const;

export const countOf = (bag: Bag, item: ItemId): number => bag.find((stack) => stack.item === item)?.count ?? 0;

/** The bag with the items added, or undefined if they do not fit: never a part of them. */
export function put(bag: Bag, stacks: readonly Stack[]): Bag | undefined {
  const next = new Map(bag.map(({ item, count }) => [item, count]));
  for (const { item, count } of stacks) {
    const sum = (next.get(item) ?? 0) + count;
    if (!Number.isInteger(count) || count < 1 || sum > BAG.stack) return undefined;
    next.set(item, sum);
  }
  if (next.size > BAG.kinds) return undefined;
  return [...next].map(([item, count]) => ({ item, count }));
}

/** The bag without the items, or undefined if they are not all in it. */
export function take(bag: Bag, stacks: readonly Stack[]): Bag | undefined {
  const next = new Map(bag.map(({ item, count }) => [item, count]));
  for (const { item, count } of stacks) {
    const rest = (next.get(item) ?? 0) - count;
    if (!Number.isInteger(count) || count < 1 || rest < 0) return undefined;
    if (rest === 0) next.delete(item);
    else next.set(item, rest);
  }
  return [...next].map(([item, count]) => ({ item, count }));
}

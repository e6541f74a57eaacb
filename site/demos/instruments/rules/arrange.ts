import type { WallInstrument } from "../net/wall-instrument.ts";
import type { ListedAlarm } from "./alarm-book.ts";

export const SHOW = { all: "All", abnormal: "With alarms", offline: "Offline" } as const;
export type Show = keyof typeof SHOW;
export const ORDER = { title: "Title", alarms: "Alarms first", kind: "Kind" } as const;
export type Order = keyof typeof ORDER;

export interface Arrangement {
  readonly show: Show;
  readonly order: Order;
  /** What title, id, kind, maker or model must contain. */
  readonly words: string;
}

/** `Power supply 10` comes after `Power supply 9`. */
const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

/** Alarms that are not shelved, by instrument, each list most urgent first. */
export function alarmsById(alarms: readonly ListedAlarm[]): ReadonlyMap<string, readonly ListedAlarm[]> {
  return Map.groupBy(
    alarms.filter(({ isShelved }) => !isShelved),
    ({ id }) => id,
  );
}

const urgencyOf = (alarms: readonly ListedAlarm[] | undefined): number => {
  const [worst] = alarms ?? [];
  return worst ? worst.priority + (worst.acknowledged ? 3 : 0) : 9;
};

/** The instruments to show, in their order. */
export function arrange(
  instruments: readonly WallInstrument[],
  alarms: ReadonlyMap<string, readonly ListedAlarm[]>,
  { show, order, words }: Arrangement,
): readonly WallInstrument[] {
  const wanted = words.trim().toLowerCase().split(/\s+/);
  const fits = ({ id, liveness, announcement: { title, kind, maker, model } }: WallInstrument): boolean => {
    if (show === "abnormal" && !alarms.has(id)) return false;
    if (show === "offline" && liveness !== "offline") return false;
    const text = `${title} ${id} ${kind} ${maker} ${model}`.toLowerCase();
    return wanted.every((word) => text.includes(word));
  };
  const byTitle = (one: WallInstrument, other: WallInstrument) =>
    collator.compare(one.announcement.title, other.announcement.title) || collator.compare(one.id, other.id);
  const by: Readonly<Record<Order, (one: WallInstrument, other: WallInstrument) => number>> = {
    title: byTitle,
    kind: (one, other) => collator.compare(one.announcement.kind, other.announcement.kind) || byTitle(one, other),
    alarms: (one, other) => urgencyOf(alarms.get(one.id)) - urgencyOf(alarms.get(other.id)) || byTitle(one, other),
  };
  return instruments.filter(fits).sort(by[order]);
}

import type { DropValue } from "./protocol.ts";

/** News is newer than a checkpoint by at most so much, ms. */
const NEWER = 9_000;

/** What lies on the ground: what the host has published, and the news since. */
export class GroundItems {
  readonly #maps = new Map<string, Map<number, DropValue>>();
  readonly #laidAt = new Map<number, number>();
  readonly #goneAt = new Map<number, number>();
  readonly #lists = new Map<string, readonly DropValue[]>();

  on(map: string): readonly DropValue[] {
    const known = this.#lists.get(map);
    if (known) return known;
    const list = [...this.#of(map).values()];
    this.#lists.set(map, list);
    return list;
  }

  laid(drop: DropValue, now: number): void {
    this.#of(drop.map).set(drop.id, drop);
    this.#laidAt.set(drop.id, now);
    this.#lists.delete(drop.map);
  }

  gone(map: string, id: number, now: number): void {
    this.#of(map).delete(id);
    this.#goneAt.set(id, now);
    this.#lists.delete(map);
  }

  /** The host has written the list of a map. */
  published(map: string, drops: readonly DropValue[], now: number): void {
    for (const times of [this.#laidAt, this.#goneAt])
      for (const [id, at] of times) if (now - at > NEWER) times.delete(id);
    const before = this.#of(map);
    const next = new Map(drops.filter(({ id }) => !this.#goneAt.has(id)).map((drop) => [drop.id, drop]));
    for (const [id, drop] of before) if (this.#laidAt.has(id)) next.set(id, drop);
    this.#maps.set(map, next);
    this.#lists.delete(map);
  }

  #of(map: string): Map<number, DropValue> {
    const known = this.#maps.get(map);
    if (known) return known;
    const made = new Map<number, DropValue>();
    this.#maps.set(map, made);
    return made;
  }
}

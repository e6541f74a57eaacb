import * as v from "valibot";
import { BAG } from "../rules/bag.ts";
import { MAX_XP } from "../rules/hero.ts";
import { ITEM_IDS, SLOTS } from "../rules/items.ts";
import { LOOKS } from "../rules/look.ts";
import { MAP_SIZE } from "../rules/parse-map.ts";
import { FINISHED } from "../rules/quest.ts";

/** What travels, checked on arrival. Short keys where a message is sent several times per second. */

const whole = (least: number, most: number) => v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most));
const text = (most: number) => v.pipe(v.string(), v.minLength(1), v.maxLength(most));
const time = v.pipe(v.number(), v.finite());
const id = text(40);
const item = v.picklist(ITEM_IDS);
const stack = v.object({ item, count: whole(1, BAG.stack) });
const map = v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]{0,19}$/));
const x = whole(0, MAP_SIZE.w - 1);
const y = whole(0, MAP_SIZE.h - 1);

/** A direction, 0 to 7. */
export const direction = v.picklist([0, 1, 2, 3, 4, 5, 6, 7]);
const choice = (part: keyof typeof LOOKS) => whole(0, LOOKS[part] - 1);
const look = v.object({
  ...{ skin: choice("skin"), hair: choice("hair"), hairColor: choice("hairColor") },
  ...{ shirt: choice("shirt"), trousers: choice("trousers") },
});
const worn = v.strictObject({
  ...{ hand: v.exactOptional(item), head: v.exactOptional(item) },
  ...{ body: v.exactOptional(item), side: v.exactOptional(item) },
});
const bag = v.pipe(
  v.array(stack),
  v.maxLength(BAG.kinds),
  v.check((stacks) => new Set(stacks.map((entry) => entry.item)).size === stacks.length, "one stack of each item"),
  v.readonly(),
);

/** A character from a file, the browser's storage or another player. */
export const characterSchema = v.object({
  name: text(16),
  look,
  xp: whole(0, MAX_XP),
  bag,
  worn,
  quest: v.object({ step: whole(0, FINISHED), count: whole(0, 9) }),
});

export const heroSchema = v.object({
  ...characterSchema.entries,
  id,
  map,
  health: whole(0, 99),
  away: v.boolean(),
  goneAt: v.optional(time),
});

const dropSchema = v.object({
  ...{ id: whole(1, 1e9), item, count: whole(1, BAG.stack), map, x, y },
  ...{ owners: v.exactOptional(v.pipe(v.array(id), v.maxLength(8), v.readonly())), freeAt: v.exactOptional(time) },
  ...{ fadesAt: v.exactOptional(time), find: v.exactOptional(text(40)) },
});

export const tradeSchema = v.object({
  id: whole(1, 1e9),
  players: v.pipe(v.tuple([id, id]), v.readonly()),
  open: v.boolean(),
  offers: v.pipe(v.tuple([bag, bag]), v.readonly()),
  accepted: v.pipe(v.tuple([v.boolean(), v.boolean()]), v.readonly()),
  revision: whole(0, 1e6),
});

/** A monster in a message or checkpoint: its number on the map, place, health, and whether it chases somebody. */
export const monsterSchema = v.tuple([whole(0, 199), x, y, whole(0, 999), whole(0, 1)]);
const placeSchema = v.tuple([id, map, x, y, direction]);
/** The place of the hero in that slot of the checkpoint. */
const slotPlaceSchema = v.tuple([whole(0, 63), map, x, y, direction]);

const act = v.variant("do", [
  v.object({ do: v.literal("strike"), monster: id }),
  v.object({ do: v.literal("take"), drop: whole(1, 1e9) }),
  v.object({ do: v.literal("drop"), item, count: whole(1, BAG.stack) }),
  v.object({ do: v.literal("use"), item }),
  v.object({ do: v.literal("wear"), item }),
  v.object({ do: v.literal("takeOff"), slot: v.picklist(SLOTS) }),
  v.object({ do: v.literal("dress"), look, name: text(16) }),
  v.object({ do: v.literal("choose"), person: id, node: id, choice: whole(0, 20) }),
  v.object({ do: v.literal("askTrade"), player: id }),
  v.object({ do: v.literal("openTrade") }),
  v.object({ do: v.literal("offer"), stacks: bag }),
  v.object({ do: v.literal("accept"), revision: whole(0, 1e6) }),
  v.object({ do: v.literal("cancel") }),
]);

/** Between a player and the host, or from the host to all. */
export const roomMessages = {
  /** To the host: this is my character. */
  hello: v.object({ character: characterSchema }),
  act,
  /** To the host: what is in that zone? Asked once when it comes into sight. */
  look: v.object({ zone: id }),
  /** The host's answer. */
  seen: v.object({
    zone: id,
    heroes: v.pipe(v.array(placeSchema), v.maxLength(60)),
    monsters: v.pipe(v.array(monsterSchema), v.maxLength(200)),
  }),
  /** The host puts a player somewhere: after a fall, or back where a move was impossible. */
  placed: v.object({ map, x, y }),
  /** Why the host did not do what a player asked for. */
  refused: v.object({ reason: text(120) }),
  /** The host tells a player its experience: others read it from the checkpoint, later. */
  grown: v.object({ xp: whole(0, MAX_XP) }),
  /** How a trade ended. */
  traded: v.object({ done: v.boolean(), reason: text(80) }),
};

const event = v.variant("type", [
  v.object({ type: v.literal("hit"), target: id, by: id, damage: whole(1, 30), health: whole(0, 999) }),
  v.object({ type: v.literal("fell"), target: id, by: id }),
  v.object({ type: v.literal("healed"), target: id, health: whole(0, 99) }),
  v.object({ type: v.literal("level"), who: id, level: whole(1, 10) }),
]);
/** What the host says about one zone at once. */
export interface News {
  readonly monsters: MonsterValue[];
  readonly events: NewsEvent[];
  readonly laid: DropValue[];
  readonly gone: number[];
}
export type NewsEvent = v.InferOutput<typeof event>;

/** In the hub of a zone: only those nearby receive it. */
export const zoneMessages = {
  /** A step of the sender: where it leads, its direction, and the server time at which it ends, modulo a minute. */
  step: v.object({ m: map, x, y, d: direction, t: whole(0, 59_999) }),
  say: v.object({ text: text(120) }),
  emote: v.object({ e: whole(0, 7) }),
  /** A swing of a weapon, for the eye only: the host decides what it hits. */
  swing: v.object({ d: direction }),
  /** From the host: monsters that moved, and what happened. */
  news: v.object({
    monsters: v.exactOptional(v.pipe(v.array(monsterSchema), v.maxLength(200))),
    events: v.exactOptional(v.pipe(v.array(event), v.maxLength(60))),
    /** What has been laid on the ground, and what has been taken from it. */
    laid: v.exactOptional(v.pipe(v.array(dropSchema), v.maxLength(60))),
    gone: v.exactOptional(v.pipe(v.array(whole(1, 1e9)), v.maxLength(60))),
  }),
};

/** Heroes are in numbered places of the checkpoint, because its names are fixed. */
export const MAX_HEROES = 64;
export const heroName = (place: number): HeroName => `hero${place}`;
export const dropsName = (mapId: string): DropsName => `drops-${mapId}`;
export const monstersName = (mapId: string): MonstersName => `monsters-${mapId}`;
type HeroName = `hero${number}`;
type DropsName = `drops-${string}`;
type MonstersName = `monsters-${string}`;

const dropsSchema = v.pipe(v.array(dropSchema), v.maxLength(100));
const monstersSchema = v.pipe(v.array(monsterSchema), v.maxLength(200));
const shared = {
  places: v.pipe(v.array(slotPlaceSchema), v.maxLength(MAX_HEROES)),
  trades: v.pipe(v.array(tradeSchema), v.maxLength(MAX_HEROES)),
  world: v.object({
    seed: v.pipe(v.number(), v.integer()),
    nextId: whole(1, 1e9),
    pace: whole(1, 8),
    regrows: v.array(v.tuple([text(40), time])),
  }),
};

export type Checkpoints = Record<HeroName, typeof heroSchema> &
  Record<DropsName, typeof dropsSchema> &
  Record<MonstersName, typeof monstersSchema> &
  typeof shared;

/** What the host publishes, for late joiners, returners and the next host. */
export function checkpointsFor(maps: Iterable<string>): Checkpoints {
  const names = [...maps];
  const slots = Array.from({ length: MAX_HEROES }, (_, place) => place);
  const heroes: Record<HeroName, typeof heroSchema> = Object.fromEntries(
    slots.map((place) => [heroName(place), heroSchema]),
  );
  const drops: Record<DropsName, typeof dropsSchema> = Object.fromEntries(
    names.map((name) => [dropsName(name), dropsSchema]),
  );
  const monsters: Record<MonstersName, typeof monstersSchema> = Object.fromEntries(
    names.map((name) => [monstersName(name), monstersSchema]),
  );
  return { ...heroes, ...drops, ...monsters, ...shared };
}

/** Values of the checkpoint by name; undefined removes one. */
export type CheckpointValues = { [K in keyof Checkpoints & string]?: v.InferOutput<Checkpoints[K]> | undefined };
export type HeroValue = v.InferOutput<typeof heroSchema>;
export type MonsterValue = v.InferOutput<typeof monsterSchema>;
export type PlaceValue = v.InferOutput<typeof placeSchema>;
export type SlotPlace = v.InferOutput<typeof slotPlaceSchema>;
export type DropValue = v.InferOutput<typeof dropSchema>;

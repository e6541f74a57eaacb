export type Slot = "hand" | "head" | "body" | "side";
export const SLOTS: readonly Slot[] = ["hand", "head", "body", "side"];

export interface Item {
  readonly name: string;
  readonly text: string;
  readonly slot?: Slot;
  readonly attack?: number;
  readonly defence?: number;
  /** Health it restores when it is used up. */
  readonly heals?: number;
  /** Radius of its light, in tiles. */
  readonly light?: number;
  /** Belongs to the quest: cannot be dropped or traded. */
  readonly bound?: boolean;
}

export const ITEMS = {
  coin: { name: "Coin", text: "Everybody takes them." },
  bread: { name: "Bread", text: "Still warm. Restores 8 health.", heals: 8 },
  apple: { name: "Apple", text: "Restores 4 health.", heals: 4 },
  potion: { name: "Red potion", text: "Tastes of cherries. Restores 20 health.", heals: 20 },
  glowcap: { name: "Glowcap", text: "A mushroom that hums at night." },
  jelly: { name: "Slime jelly", text: "Wobbles. The inn pays for it." },
  tusk: { name: "Boar tusk", text: "Longer than your hand." },
  stick: { name: "Walking stick", text: "Better than nothing. Attack 1.", slot: "hand", attack: 1 },
  sword: { name: "Iron sword", text: "Brand's work. Attack 4.", slot: "hand", attack: 4 },
  spear: { name: "Bone spear", text: "Taken from the cave. Attack 5.", slot: "hand", attack: 5 },
  cap: { name: "Green cap", text: "With a feather. Defence 1.", slot: "head", defence: 1 },
  straw: { name: "Straw hat", text: "Keeps the sun off.", slot: "head" },
  helmet: { name: "Helmet", text: "A little dented. Defence 2.", slot: "head", defence: 2 },
  vest: { name: "Leather vest", text: "Defence 1.", slot: "body", defence: 1 },
  cloak: { name: "Red cloak", text: "Defence 2, and it looks good in the wind.", slot: "body", defence: 2 },
  lantern: { name: "Lantern", text: "Mira's glowcaps shine in it.", slot: "side", light: 5 },
  shield: { name: "Oak shield", text: "Defence 2.", slot: "side", defence: 2 },
  key: { name: "Cave key", text: "The boar had swallowed it.", bound: true },
  ember: { name: "Ember", text: "The light of the beacon, warm as a cat.", bound: true },
} as const satisfies Record<string, Item>;

export type ItemId = keyof typeof ITEMS;
export const ITEM_IDS = Object.keys(ITEMS).filter((id): id is ItemId => id in ITEMS);
export const isItemId = (id: string): id is ItemId => Object.hasOwn(ITEMS, id);
export const itemOf = (id: ItemId): Item => ITEMS[id];

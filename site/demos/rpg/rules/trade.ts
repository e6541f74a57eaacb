import { type Bag, countOf, put, type Stack, take } from "./bag.ts";
import { isNear } from "./game-map.ts";
import type { Hero } from "./hero.ts";
import { itemOf } from "./items.ts";
import { changed, present, refuse, setHero, type Trade, type Turn } from "./world.ts";

/** Steps between two players who trade: they may not walk away from each other. */
export const TRADE_REACH = 4;

/** The trade a player is in: one at a time. */
export function tradeOf(trades: Iterable<Trade>, who: string): Trade | undefined {
  for (const trade of trades) if (trade.players.includes(who)) return trade;
  return undefined;
}

function setTrade(turn: Turn, trade: Trade): undefined {
  turn.world.trades.set(trade.id, trade);
  changed(turn, `trade/${trade.id}`);
}

function endTrade(turn: Turn, trade: Trade, done: boolean, reason: string): undefined {
  turn.world.trades.delete(trade.id);
  changed(turn, `trade/${trade.id}`);
  turn.effects.push({ type: "traded", trade, done, reason });
}

/** Ends the trade a player is in, if any: it left, dropped, fell, walked away or pressed Cancel. Nothing has changed hands. */
export function cancelTrade(turn: Turn, who: string, reason: string): undefined {
  const trade = tradeOf(turn.world.trades.values(), who);
  if (trade) endTrade(turn, trade, false, reason);
}

export function askTrade(turn: Turn, hero: Hero, other: string): undefined {
  const { world } = turn;
  const partner = present(world, other);
  if (!partner || partner.id === hero.id) return refuse(turn, hero.id, "They are not here.");
  if (!isNear(hero, partner, TRADE_REACH)) return refuse(turn, hero.id, "Too far away to trade.");
  const busy = [hero.id, other].some((who) => tradeOf(world.trades.values(), who));
  if (busy) return refuse(turn, hero.id, "One of you is already trading.");
  const trade = {
    id: world.nextId++,
    players: [hero.id, other],
    open: false,
    offers: [[], []],
    accepted: [false, false],
    revision: 0,
  } as const;
  setTrade(turn, trade);
}

/** The trade a hero is in and which of the two it is. */
function mine(turn: Turn, hero: Hero): { readonly trade: Trade; readonly side: 0 | 1 } | undefined {
  const trade = tradeOf(turn.world.trades.values(), hero.id);
  return trade && { trade, side: trade.players[0] === hero.id ? 0 : 1 };
}

export function openTrade(turn: Turn, hero: Hero): undefined {
  const own = mine(turn, hero);
  if (own?.side !== 1 || own.trade.open) return refuse(turn, hero.id, "Nobody asked you to trade.");
  setTrade(turn, { ...own.trade, open: true });
}

/** Replaces what a player offers. Any change takes back both accepts. */
export function offer(turn: Turn, hero: Hero, stacks: Bag): undefined {
  const own = mine(turn, hero);
  if (!own?.trade.open) return refuse(turn, hero.id, "You are not trading.");
  const fair = put([], stacks);
  if (!fair || !take(hero.bag, fair)) return refuse(turn, hero.id, "You do not have that.");
  if (fair.some(({ item }) => itemOf(item).bound === true)) return refuse(turn, hero.id, "That belongs to your quest.");
  const { trade, side } = own;
  const offers = side === 0 ? ([fair, trade.offers[1]] as const) : ([trade.offers[0], fair] as const);
  setTrade(turn, { ...trade, offers, accepted: [false, false], revision: trade.revision + 1 });
}

/** Agrees to what both offer in that revision; with the second one, everything changes hands at once. */
export function acceptTrade(turn: Turn, hero: Hero, revision: number): undefined {
  const own = mine(turn, hero);
  if (!own?.trade.open) return refuse(turn, hero.id, "You are not trading.");
  const { trade, side } = own;
  if (trade.revision !== revision) return refuse(turn, hero.id, "The offer has changed. Look again.");
  const accepted = side === 0 ? ([true, trade.accepted[1]] as const) : ([trade.accepted[0], true] as const);
  if (accepted[0] && accepted[1]) return exchange(turn, trade);
  setTrade(turn, { ...trade, accepted });
}

/** All or nothing: both bags are computed before either is changed, and the host writes both in one transaction. */
function exchange(turn: Turn, trade: Trade): undefined {
  const [first, second] = trade.players.map((who) => present(turn.world, who));
  if (!first || !second) return endTrade(turn, trade, false, "One of you left.");
  const [gives, gets] = trade.offers;
  const bags = [swap(first.bag, gives, gets), swap(second.bag, gets, gives)] as const;
  if (!bags[0] || !bags[1]) return endTrade(turn, trade, false, "It does not fit into the bags.");
  setHero(turn, { ...first, bag: bags[0] });
  setHero(turn, { ...second, bag: bags[1] });
  endTrade(turn, trade, true, "Traded.");
}

function swap(bag: Bag, gives: readonly Stack[], gets: readonly Stack[]): Bag | undefined {
  const rest = take(bag, gives);
  return rest && put(rest, gets);
}

/** A bag has changed outside the trade: what is offered must still be in it, else nobody has agreed to anything. */
export function bagChanged(turn: Turn, who: string): undefined {
  const hero = turn.world.heroes.get(who);
  const trade = tradeOf(turn.world.trades.values(), who);
  if (!hero || !trade?.open) return;
  const side = trade.players[0] === who ? 0 : 1;
  const kept = trade.offers[side].filter(({ item, count }) => countOf(hero.bag, item) >= count);
  if (kept.length === trade.offers[side].length) return;
  const offers = side === 0 ? ([kept, trade.offers[1]] as const) : ([trade.offers[0], kept] as const);
  setTrade(turn, { ...trade, offers, accepted: [false, false], revision: trade.revision + 1 });
}

/** Ends the trade of two who have moved apart. */
export function checkDistance(turn: Turn, who: string): undefined {
  const trade = tradeOf(turn.world.trades.values(), who);
  if (!trade) return;
  const [first, second] = trade.players.map((id) => turn.world.heroes.get(id));
  if (!first || !second || !isNear(first, second, TRADE_REACH)) endTrade(turn, trade, false, "You moved apart.");
}

import type { Game } from "../net/game.ts";
import type { HeroValue } from "../net/protocol.ts";
import { countOf, type Stack } from "../rules/bag.ts";
import { type ItemId, itemOf } from "../rules/items.ts";
import type { Trade } from "../rules/world.ts";
import { Picture } from "./picture.tsx";
import { itemSprite } from "./sprites.ts";

/** A trade with another player: what both put on the table, and two marks. */
export function TradePanel({ game }: { readonly game: Game }) {
  const trade = game.trade.value;
  const hero = game.me.value;
  if (!trade || !hero) return null;
  const side = trade.players[0] === game.room.myId ? 0 : 1;
  const partner = game.heroes.value.get(trade.players[1 - side] ?? "")?.name ?? "somebody";
  return trade.open ? (
    <Table game={game} hero={hero} trade={trade} side={side} partner={partner} />
  ) : (
    <Asked game={game} side={side} partner={partner} />
  );
}

interface Props {
  readonly game: Game;
  readonly hero: HeroValue;
  readonly trade: Trade;
  readonly side: 0 | 1;
  readonly partner: string;
}

function Asked({ game, side, partner }: Pick<Props, "game" | "side" | "partner">) {
  return (
    <section class="lf-box lf-trade lf-asks" role="alertdialog" aria-label="Trade">
      <p>{side === 0 ? `You asked ${partner} to trade…` : `${partner} would like to trade.`}</p>
      <p class="lf-actions">
        {side === 1 && (
          <button type="button" class="lf-main" onClick={() => game.act({ do: "openTrade" })}>
            Trade
          </button>
        )}
        <button type="button" onClick={() => game.act({ do: "cancel" })}>
          {side === 0 ? "Cancel" : "No, thanks"}
        </button>
      </p>
    </section>
  );
}

function Table({ game, hero, trade, side, partner }: Props) {
  return (
    <section class="lf-box lf-trade" role="dialog" aria-label={`Trade with ${partner}`}>
      <h2>Trade with {partner}</h2>
      <div class="lf-table">
        <Offer
          title="You give"
          stacks={trade.offers[side]}
          accepted={trade.accepted[side]}
          take={(item) => offer(game, trade, side, item, -1)}
        />
        <Offer
          title="You get"
          stacks={trade.offers[side === 0 ? 1 : 0]}
          accepted={trade.accepted[side === 0 ? 1 : 0]}
        />
      </div>
      <p class="lf-hint">Your bag: press to offer one.</p>
      <ul class="lf-grid">
        {hero.bag
          .filter(({ item }) => itemOf(item).bound !== true)
          .map(({ item, count }) => {
            const left = count - countOf(trade.offers[side], item);
            return (
              <li key={item}>
                <button
                  type="button"
                  class="lf-slot"
                  disabled={left === 0}
                  aria-label={`Offer one ${itemOf(item).name}, ${left} left`}
                  title={itemOf(item).name}
                  onClick={() => offer(game, trade, side, item, 1)}
                >
                  <Picture sprite={itemSprite(item)} />
                  <span class="lf-count">{left}</span>
                </button>
              </li>
            );
          })}
      </ul>
      <p class="lf-actions">
        <button
          type="button"
          class="lf-main"
          disabled={trade.accepted[side]}
          onClick={() => game.act({ do: "accept", revision: trade.revision })}
        >
          {trade.accepted[side] ? `Waiting for ${partner}…` : "Accept"}
        </button>
        <button type="button" onClick={() => game.act({ do: "cancel" })}>
          Cancel
        </button>
      </p>
    </section>
  );
}

function offer(game: Game, trade: Trade, side: 0 | 1, item: ItemId, by: number): void {
  const now = trade.offers[side];
  const count = countOf(now, item) + by;
  const others = now.filter((stack) => stack.item !== item);
  game.act({ do: "offer", stacks: count > 0 ? [...others, { item, count }] : others });
}

interface OfferProps {
  readonly title: string;
  readonly stacks: readonly Stack[];
  readonly accepted: boolean;
  readonly take?: (item: ItemId) => void;
}

function Offer({ title, stacks, accepted, take }: OfferProps) {
  return (
    <div class={accepted ? "lf-offer lf-accepted" : "lf-offer"}>
      <h3>
        {title} {accepted && <span>✓ accepted</span>}
      </h3>
      <ul class="lf-grid">
        {stacks.map(({ item, count }) => (
          <li key={item}>
            <button
              type="button"
              class="lf-slot"
              disabled={!take}
              aria-label={`${itemOf(item).name}, ${count}${take ? ": take one back" : ""}`}
              title={itemOf(item).name}
              onClick={() => take?.(item)}
            >
              <Picture sprite={itemSprite(item)} />
              <span class="lf-count">{count}</span>
            </button>
          </li>
        ))}
        {stacks.length === 0 && <li class="lf-nothing">nothing yet</li>}
      </ul>
    </div>
  );
}

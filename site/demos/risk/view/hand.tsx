import { useSignal } from "@preact/signals";
import { isSet, isWild, mustTrade, SYMBOLS, setsIn, setValue, symbolOf } from "../rules/cards.ts";
import type { Game } from "../rules/game.ts";
import { nameOf } from "../rules/world.ts";
import type { Session } from "../session.ts";

const PICTURES: Readonly<Record<string, string>> = {
  infantry: "M12 3a3 3 0 1 0 .1 0ZM8 21V13L6 12V9H18V12L16 13V21H13V16H11V21Z",
  cavalry: "M5 21V13Q5 8 10 7L14 3V6Q19 8 19 13L15 12L14 14V21Z",
  artillery: "M3 13L17 7L19 11L12 14A4 4 0 1 1 6 15Z",
};

const Card = ({ card }: { readonly card: number }) => {
  const symbol = SYMBOLS[symbolOf(card) ?? -1];
  return (
    <>
      <svg viewBox="0 0 24 24" aria-hidden="true">
        {symbol ? (
          <path d={PICTURES[symbol]} />
        ) : (
          Object.values(PICTURES).map((path, index) => (
            <path key={path} d={path} transform={`translate(${index * 7} ${index % 2 ? 10 : 2}) scale(.45)`} />
          ))
        )}
      </svg>
      <span>{isWild(card) ? "Wild" : nameOf(card)}</span>
      <small>{symbol ?? "any symbol"}</small>
    </>
  );
};

/** The player's cards; three that make a set can be traded. Hands are open: a host could look into hidden ones. */
export function Hand({ session, game }: { readonly session: Session; readonly game: Game }) {
  const { table, choice } = session;
  const picked = useSignal<readonly number[]>([]);
  const seat = table.mySeat.value;
  const cards = seat === undefined ? [] : (game.seats[seat]?.cards ?? []);
  if (seat === undefined || cards.length === 0) return null;
  const chosen = picked.value.filter((card) => cards.includes(card));
  const canTrade = choice.isMine.value && game.phase.name === "reinforce";
  const set = isSet(chosen) ? chosen : undefined;
  const suggested = canTrade && mustTrade(game) && chosen.length === 0 ? setsIn(cards)[0] : undefined;
  const trade = (three: readonly number[]) => {
    const own = three.find((card) => game.owner[card] === seat);
    const bonus = game.phase.name === "reinforce" && game.phase.bonus ? (own ?? null) : null;
    choice.do({ do: "trade", cards: three, bonus });
    picked.value = [];
  };
  return (
    <section class="hand" aria-label="Your cards">
      <div class="cards">
        {cards.map((card) => (
          <button
            key={card}
            type="button"
            class={`card-face ${game.owner[card] === seat ? "owned" : ""}`}
            aria-pressed={chosen.includes(card)}
            onClick={() => {
              picked.value = chosen.includes(card) ? chosen.filter((one) => one !== card) : [...chosen, card].slice(-3);
            }}
          >
            <Card card={card} />
          </button>
        ))}
      </div>
      {canTrade && (set ?? suggested) ? (
        <button type="button" class="button primary" onClick={() => trade(set ?? suggested ?? [])}>
          Trade {set ? "these" : "a set"} for {setValue(game.options, game.trades, set ?? suggested ?? [])} armies
        </button>
      ) : (
        <p class="muted small">
          {canTrade
            ? "Choose three alike, three different, or two and a wild card."
            : "Sets are traded at the beginning of your turn."}
        </p>
      )}
    </section>
  );
}

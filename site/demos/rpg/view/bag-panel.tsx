import { useSignal } from "@preact/signals";
import type { Game } from "../net/game.ts";
import type { HeroValue } from "../net/protocol.ts";
import { BAG } from "../rules/bag.ts";
import { attackOf, defenceOf, levelOf, MAX_LEVEL, maxHealth, xpFor } from "../rules/hero.ts";
import { type ItemId, itemOf, SLOTS } from "../rules/items.ts";
import { Picture } from "./picture.tsx";
import { figureSprite, itemSprite } from "./sprites.ts";
import type { Ui } from "./ui.ts";

const SLOT_NAMES = { hand: "Hand", head: "Head", body: "Body", side: "Other hand" } as const;

/** What one carries and wears. */
export function BagPanel({ game, ui }: { readonly game: Game; readonly ui: Ui }) {
  const chosen = useSignal<ItemId | undefined>(undefined);
  const hero = game.me.value;
  if (!hero) return null;
  const stack = hero.bag.find(({ item }) => item === chosen.value);
  return (
    <section class="lf-box lf-panel" aria-label="Bag">
      <header>
        <h2>Bag</h2>
        <button type="button" class="lf-close" aria-label="Close the bag" onClick={() => ui.closeAll()}>
          ×
        </button>
      </header>
      <Self game={game} hero={hero} />
      <ul class="lf-grid">
        {hero.bag.map(({ item, count }) => (
          <li key={item}>
            <button
              type="button"
              class="lf-slot"
              aria-pressed={item === chosen.value}
              title={itemOf(item).name}
              aria-label={`${itemOf(item).name}, ${count}`}
              onClick={() => (chosen.value = item)}
            >
              <Picture sprite={itemSprite(item)} />
              {count > 1 && <span class="lf-count">{count}</span>}
            </button>
          </li>
        ))}
        {Array.from({ length: Math.max(0, BAG.kinds - hero.bag.length) }, (_, at) => (
          <li key={`empty${at}`} class="lf-slot lf-empty" />
        ))}
      </ul>
      <div class="lf-about">
        {stack ? (
          <About game={game} item={stack.item} count={stack.count} />
        ) : (
          <p>Choose something to use, wear or drop it.</p>
        )}
      </div>
    </section>
  );
}

/** The character, what it can do, and what it wears. */
function Self({ game, hero }: { readonly game: Game; readonly hero: HeroValue }) {
  const level = levelOf(hero.xp);
  return (
    <div class="lf-self">
      <Picture scale={4} sprite={figureSprite(hero.look, hero.worn, 4, 0)} />
      <dl>
        <dt>Level</dt>
        <dd>{level}</dd>
        <dt>Health</dt>
        <dd>
          {game.health.value ?? hero.health} of {maxHealth(hero.xp)}
        </dd>
        <dt>Attack</dt>
        <dd>{attackOf(hero)}</dd>
        <dt>Defence</dt>
        <dd>{defenceOf(hero)}</dd>
        <dt>Experience</dt>
        <dd>{level === MAX_LEVEL ? hero.xp : `${hero.xp} of ${xpFor(level + 1)}`}</dd>
      </dl>
      <ul class="lf-worn">
        {SLOTS.map((slot) => {
          const item = hero.worn[slot];
          return (
            <li key={slot}>
              <button
                type="button"
                class="lf-slot"
                disabled={item === undefined}
                title={item === undefined ? `${SLOT_NAMES[slot]}: nothing` : `Take off: ${itemOf(item).name}`}
                aria-label={item === undefined ? `${SLOT_NAMES[slot]}: nothing` : `Take off: ${itemOf(item).name}`}
                onClick={() => game.act({ do: "takeOff", slot })}
              >
                {item === undefined ? <span>{SLOT_NAMES[slot]}</span> : <Picture sprite={itemSprite(item)} />}
              </button>
            </li>
          );
        })}
      </ul>
    </div>
  );
}

function About({ game, item, count }: { readonly game: Game; readonly item: ItemId; readonly count: number }) {
  const { name, text, slot, heals, bound } = itemOf(item);
  return (
    <>
      <p>
        <strong>{name}.</strong> {text}
      </p>
      <p class="lf-actions">
        {heals !== undefined && (
          <button type="button" onClick={() => game.act({ do: "use", item })}>
            Use
          </button>
        )}
        {slot && (
          <button type="button" onClick={() => game.act({ do: "wear", item })}>
            Wear
          </button>
        )}
        {bound !== true && (
          <button type="button" onClick={() => game.act({ do: "drop", item, count: 1 })}>
            Drop one
          </button>
        )}
        {bound !== true && count > 1 && (
          <button type="button" onClick={() => game.act({ do: "drop", item, count })}>
            Drop all
          </button>
        )}
      </p>
    </>
  );
}

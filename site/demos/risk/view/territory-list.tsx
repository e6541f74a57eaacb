import type { Game } from "../rules/game.ts";
import { TERRITORIES } from "../rules/world.ts";
import type { Choice } from "./choice.ts";
import { armiesText, ownerName } from "./sides.ts";

/** The map for keyboards and screen readers: a button for each territory, seen while it has the focus. */
export const TerritoryList = ({ game, choice }: { readonly game: Game; readonly choice: Choice }) => (
  <ul class="territory-list" aria-label="Territories">
    {TERRITORIES.map(({ name }, at) => (
      <li key={name}>
        <button
          type="button"
          disabled={!choice.legal.value.has(at)}
          onClick={() => choice.pick(at)}
          onFocus={() => {
            choice.hover.value = at;
          }}
        >
          {name}, {ownerName(game, game.owner[at] ?? -1)}, {armiesText(game.armies[at] ?? 0)}
        </button>
      </li>
    ))}
  </ul>
);

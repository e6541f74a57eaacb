import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Game } from "../net/game.ts";
import { DIRECTIONS } from "../rules/direction.ts";
import { LOOK_PARTS, LOOKS, type Look, lookFrom } from "../rules/look.ts";
import { exportCharacter, importCharacter, saveCharacter } from "./character-store.ts";
import { Picture } from "./picture.tsx";
import { figureSprite } from "./sprites.ts";
import type { Ui } from "./ui.ts";

const PART_NAMES: Readonly<Record<keyof Look, string>> = {
  skin: "Skin",
  hair: "Hair",
  hairColor: "Hair colour",
  shirt: "Shirt",
  trousers: "Trousers",
};

/** Dresses the character, and keeps it as a file. */
export function DressPanel({ game, ui }: { readonly game: Game; readonly ui: Ui }) {
  const turn = useSignal(4);
  useEffect(() => {
    const timer = setInterval(() => {
      turn.value = (turn.value + 1) % 8;
    }, 700);
    return () => clearInterval(timer);
  }, []);
  const hero = game.me.value;
  if (!hero) return null;
  const dress = (look: Look) => game.act({ do: "dress", look, name: hero.name });
  const change = (part: keyof Look, by: number) =>
    dress({ ...hero.look, [part]: (hero.look[part] + by + LOOKS[part]) % LOOKS[part] });
  return (
    <section class="lf-box lf-panel" aria-label="Character">
      <header>
        <h2>Character</h2>
        <button type="button" class="lf-close" aria-label="Close" onClick={() => ui.closeAll()}>
          ×
        </button>
      </header>
      <div class="lf-dress">
        <div class="lf-mirror">
          <Picture scale={6} sprite={figureSprite(hero.look, hero.worn, DIRECTIONS[turn.value] ?? 4, 0)} />
        </div>
        <ul>
          {LOOK_PARTS.map((part) => (
            <li key={part}>
              <button type="button" aria-label={`${PART_NAMES[part]}: before`} onClick={() => change(part, -1)}>
                ‹
              </button>
              <span>
                {PART_NAMES[part]} <small>{hero.look[part] + 1}</small>
              </span>
              <button type="button" aria-label={`${PART_NAMES[part]}: next`} onClick={() => change(part, 1)}>
                ›
              </button>
            </li>
          ))}
        </ul>
      </div>
      <p class="lf-actions">
        <button type="button" onClick={() => dress(lookFrom(Math.floor(performance.now() * 7919)))}>
          Surprise me
        </button>
        <button type="button" onClick={() => exportCharacter(hero)}>
          Export
        </button>
        <ImportButton ui={ui} />
      </p>
      <p class="lf-hint">
        The browser keeps this character. Export it to take it to another device. An imported one appears in the next
        world you enter.
      </p>
    </section>
  );
}

function ImportButton({ ui }: { readonly ui: Ui }) {
  const load = async (input: HTMLInputElement) => {
    const [file] = input.files ?? [];
    if (!file) return;
    const character = await importCharacter(file);
    if (typeof character === "string") return ui.notice(character);
    ui.hasImported.value = true;
    saveCharacter(character);
    ui.notice(`${character.name} is ready: leave this world and enter another one.`);
  };
  return (
    <label class="lf-file">
      Import
      <input type="file" accept=".json,application/json" onChange={({ currentTarget }) => void load(currentTarget)} />
    </label>
  );
}

import { effect } from "@preact/signals";
import type { WorldRoom } from "../net/checkpoint.ts";
import { Game } from "../net/game.ts";
import type { HeroValue } from "../net/protocol.ts";
import { goalOf } from "../rules/goal.ts";
import { FINISHED } from "../rules/quest.ts";
import { loadCharacter, saveCharacter } from "./character-store.ts";
import { playDoor, playEvent, playFound, playQuest } from "./sounds.ts";
import type { Stage } from "./stage.ts";
import { Ui } from "./ui.ts";

/** One visit to a world. */
export interface Session {
  readonly game: Game;
  readonly ui: Ui;
  stage: Stage | undefined;
}

const sessions = new WeakMap<WorldRoom, Session>();
export const sessionOf = (room: WorldRoom): Session | undefined => sessions.get(room);

/** How fast a world is that this page creates: `?pace=4` for tests and the impatient. */
const paceFrom = (search: string): number => {
  const pace = Number(new URLSearchParams(search).get("pace") ?? 1);
  return Number.isInteger(pace) && pace >= 1 && pace <= 8 ? pace : 1;
};

const sizeOfBag = ({ bag }: HeroValue): number => bag.reduce((sum, { count }) => sum + count, 0);

/** Sounds and words for what changes about the own character. */
function tellChanges(game: Game, ui: Ui): () => void {
  let before: HeroValue | undefined;
  let map = game.map.peek();
  const stops = [
    effect(() => {
      const hero = game.me.value;
      if (hero && before) {
        if (sizeOfBag(hero) > sizeOfBag(before)) playFound();
        if (hero.quest.step !== before.quest.step) {
          playQuest();
          if (hero.quest.step < FINISHED) ui.notice(`Next: ${goalOf(hero).title}.`);
        }
      }
      before = hero;
    }),
    effect(() => {
      if (game.map.value !== map) playDoor();
      map = game.map.value;
    }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

/** Enters the world of a room. Returns what leaves it. */
export function enterWorld(room: WorldRoom): () => void {
  const ui = new Ui();
  const name = room.me.peek()?.name ?? "Traveller";
  const game = new Game({
    ...{ room, character: loadCharacter(name.slice(0, 16)), pace: paceFrom(location.search) },
    heard: (event) => playEvent(event, room.myId),
    notice: (text) => ui.notice(text),
  });
  ui.connect(game);
  sessions.set(room, { game, ui, stage: undefined });
  const saves = effect(() => {
    const hero = game.me.value;
    if (hero && !ui.hasImported.value) saveCharacter(hero);
  });
  const tells = tellChanges(game, ui);
  return () => {
    saves();
    tells();
    game.close();
    sessions.delete(room);
  };
}

import { useEffect, useRef } from "preact/hooks";
import type { Game } from "../net/game.ts";
import { stepsBetween } from "../rules/game-map.ts";
import { MAPS } from "../rules/maps.ts";
import { PEOPLE } from "../rules/people.ts";
import { isOffered } from "../rules/talk.ts";
import { Picture } from "./picture.tsx";
import { figureSprite } from "./sprites.ts";
import type { Ui } from "./ui.ts";

/** What somebody says and what one may answer; or a sign. */
export function TalkBox({ game, ui }: { readonly game: Game; readonly ui: Ui }) {
  const talk = ui.talk.value;
  const hero = game.me.value;
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    box.current?.querySelector("button")?.focus();
  }, [talk]);
  useEffect(() => {
    if (!talk) return undefined;
    const key = ({ key: pressed }: KeyboardEvent) => {
      const button = box.current?.querySelectorAll("button")[Number(pressed) - 1];
      button?.click();
    };
    window.addEventListener("keydown", key);
    return () => window.removeEventListener("keydown", key);
  }, [talk]);
  if (!talk || !hero) return null;
  const person = talk.person === undefined ? undefined : PEOPLE.get(talk.person);
  const choices = (person?.nodes[talk.node]?.choices ?? []).map((choice, index) => ({ choice, index }));
  const offered = choices.filter(({ choice }) => isOffered(choice, hero));
  const place = MAPS.get(game.map.value)?.people.find(({ id }) => id === talk.person);
  const isNear = !place || stepsBetween(place, game.walker) <= 3;
  return (
    <div class="lf-box lf-talk" role="dialog" aria-label={person?.name ?? "A sign"} ref={box}>
      {person && !person.thing && (
        <div class="lf-portrait">
          <Picture scale={4} sprite={figureSprite(person.look, { ...(person.hat && { head: person.hat }) }, 4, 0)} />
        </div>
      )}
      <div class="lf-words">
        {person && <h2>{person.name}</h2>}
        <p key={talk.text} class={person ? "lf-say" : "lf-say lf-sign"}>
          {talk.text}
        </p>
        <ol class="lf-choices">
          {(isNear ? offered : []).map(({ choice, index }, at) => (
            <li key={`${talk.node}${index}`}>
              <button type="button" onClick={() => ui.choose(index)}>
                <kbd>{at + 1}</kbd> {choice.text}
              </button>
            </li>
          ))}
          {(!person || offered.length === 0 || !isNear) && (
            <li>
              <button type="button" onClick={() => ui.closeAll()}>
                <kbd>1</kbd> Close
              </button>
            </li>
          )}
        </ol>
      </div>
    </div>
  );
}

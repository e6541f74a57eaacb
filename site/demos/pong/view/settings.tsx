import { DEFAULT_SETUP, FORMATS, type Format, type Setup } from "../net/game.ts";
import type { PongRoom } from "../net/table.ts";
import { LEVELS } from "../rules/computer.ts";
import { GOALS } from "../rules/match.ts";

const FORMAT_NAMES: Readonly<Record<Format, string>> = {
  match: "Singles",
  doubles: "Doubles",
  tournament: "Tournament",
};
const FORMAT_TEXTS: Readonly<Record<Format, string>> = {
  match: "One against one. Alone, you play against the computer.",
  doubles: "Two against two; each partner guards one half. The computer fills free places.",
  tournament: "Knock-out for 3 to 16 players, all matches of a round at the same time.",
};

interface ChoiceProps<T extends string | number> {
  readonly label: string;
  readonly values: readonly T[];
  readonly chosen: T;
  readonly isFixed: boolean;
  readonly name: (value: T) => string;
  readonly choose: (value: T) => void;
}

function Choice<T extends string | number>({ label, values, chosen, isFixed, name, choose }: ChoiceProps<T>) {
  return (
    <fieldset class="pong-choice">
      <legend>{label}</legend>
      <div class="pong-options">
        {values.map((value) => (
          <label key={value} class={value === chosen ? "chosen" : ""}>
            <input
              type="radio"
              name={label}
              checked={value === chosen}
              disabled={isFixed}
              onChange={() => choose(value)}
            />
            {name(value)}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

/** What is played: chosen by the host, seen by everybody. */
export function Settings({ room }: { readonly room: PongRoom }) {
  const setup = room.checkpoint("setup") ?? DEFAULT_SETUP;
  const isFixed = !room.isHost.value;
  const change = (patch: Partial<Setup>) => room.publish({ setup: { ...setup, ...patch } });
  return (
    <div class="pong-settings">
      <Choice
        label="Game"
        values={FORMATS}
        chosen={setup.format}
        isFixed={isFixed}
        name={(format) => FORMAT_NAMES[format]}
        choose={(format) => change({ format })}
      />
      <p class="muted">{FORMAT_TEXTS[setup.format]}</p>
      <Choice
        label="Points to win"
        values={GOALS}
        chosen={setup.goal}
        isFixed={isFixed}
        name={String}
        choose={(goal) => change({ goal })}
      />
      <Choice
        label="Computer"
        values={LEVELS}
        chosen={setup.level}
        isFixed={isFixed}
        name={String}
        choose={(level) => change({ level })}
      />
      {isFixed && <p class="muted">The host chooses.</p>}
    </div>
  );
}

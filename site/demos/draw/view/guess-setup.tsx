import { useSignal } from "@preact/signals";
import type { DrawSession } from "../net/session.ts";
import { DRAW_SECONDS, type Settings } from "../rules/guessing.ts";
import { LEVELS } from "../rules/words.ts";
import { Icon } from "./icons.tsx";

const LEVEL_NAMES = { easy: "Easy", medium: "Medium", hard: "Hard" } as const;

interface ChoiceProps<T extends string | number> {
  readonly label: string;
  readonly options: readonly T[];
  readonly value: T;
  readonly name: (option: T) => string;
  readonly choose: (option: T) => void;
}

const Choice = <T extends string | number>({ label, options, value, name, choose }: ChoiceProps<T>) => (
  <fieldset class="draw-choice">
    <legend>{label}</legend>
    <div class="choice">
      {options.map((option) => (
        <button
          key={option}
          type="button"
          class="button small"
          aria-pressed={option === value}
          onClick={() => choose(option)}
        >
          {name(option)}
        </button>
      ))}
    </div>
  </fieldset>
);

/** How to play, and with which words. Only the host starts a game, because it takes the paper from everybody. */
export function GuessSetup({ session, close }: { readonly session: DrawSession; readonly close: () => void }) {
  const settings = useSignal<Settings>({ rounds: 2, seconds: 80, level: "easy" });
  const set = (patch: Partial<Settings>) => (settings.value = { ...settings.peek(), ...patch });
  const { isHost, host, players } = session.room;
  const count = players.value.filter(({ seat, status }) => seat !== undefined && status !== "gone").length;
  const { rounds, seconds, level } = settings.value;
  const start = () => {
    if (session.guess.start(settings.peek())) close();
  };
  return (
    <section class="draw-tray draw-panel" aria-label="Guess the word">
      <header>
        <h2>Guess the word</h2>
        <button type="button" class="draw-mini" aria-label="Close" onClick={close}>
          <Icon name="close" />
        </button>
      </header>
      <p>
        One player draws a word, the others guess it. The faster, the more points. The shared drawing waits until the
        game is over.
      </p>
      <Choice
        label="Words"
        options={LEVELS}
        value={level}
        name={(one) => LEVEL_NAMES[one]}
        choose={(one) => set({ level: one })}
      />
      <Choice label="Rounds" options={[1, 2, 3]} value={rounds} name={String} choose={(one) => set({ rounds: one })} />
      <Choice
        label="Time to draw"
        options={DRAW_SECONDS}
        value={seconds}
        name={(one) => `${one} s`}
        choose={(one) => set({ seconds: one })}
      />
      {count < 2 && <p class="draw-hint">Invite at least one more player to start.</p>}
      {isHost.value ? (
        <button type="button" class="button primary" disabled={count < 2} onClick={start}>
          Start with {count} players
        </button>
      ) : (
        <p class="draw-hint">{host.value?.name ?? "The host"} can start the game.</p>
      )}
    </section>
  );
}

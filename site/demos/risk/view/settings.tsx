import { useSignal } from "@preact/signals";
import type { ConquestRoom } from "../net/definition.ts";
import { fromFile } from "../net/save-file.ts";
import type { Settings as Values } from "../net/schemas.ts";
import { sessionOf } from "../session.ts";

const SETUPS = {
  quick: "Dealt: play at once",
  deal: "Dealt lands, place armies in turn",
  claim: "Classic: claim lands in turn",
};
const FORTIFY = {
  connected: "through own lands",
  adjacent: "to a neighbour",
  unlimited: "as often as you like",
  none: "not at all",
};
const SETS = { rising: "4, 6, 8, 10, 12, 15, 20…", fixed: "4, 6, 8 or 10 by symbol" };
const LEVELS = { easy: "easy", hard: "hard" };
const TIMERS = { "0": "none", "60": "60 s", "90": "90 s", "180": "3 min" };
const PACES = { "600": "normal", "150": "fast", "0": "instant" };
const COUNTS = { "2": "2", "3": "3", "4": "4", "5": "5", "6": "6" };

interface ChoiceProps<K extends string> {
  readonly label: string;
  readonly value: K | "";
  readonly options: Readonly<Record<K, string>>;
  readonly disabled: boolean;
  set(value: K): void;
}

function Select<K extends string>({ label, value, options, disabled, set }: ChoiceProps<K>) {
  const keys = Object.keys(options).filter((key): key is K => key in options);
  return (
    <label class="setting field">
      <span>{label}</span>
      <select
        value={value}
        disabled={disabled}
        onChange={(event) => {
          const key = keys.find((one) => one === event.currentTarget.value);
          if (key !== undefined) set(key);
        }}
      >
        {keys.map((key) => (
          <option key={key} value={key}>
            {options[key]}
          </option>
        ))}
      </select>
    </label>
  );
}

/** The option for a number; the first one if there is none. */
const key = <K extends string>(options: Readonly<Record<K, string>>, value: number): K | "" =>
  Object.keys(options).find((one): one is K => one === String(value)) ?? "";

interface Parts {
  readonly settings: Values;
  readonly disabled: boolean;
  set(patch: Partial<Values>): void;
}

function Opponents({ settings, disabled, set }: Parts) {
  return (
    <>
      <Select
        label="Players, filled up with computers"
        value={key(COUNTS, settings.players)}
        options={COUNTS}
        disabled={disabled}
        set={(value) => set({ players: Number(value) })}
      />
      <Select
        label="Computers play"
        value={settings.level}
        options={LEVELS}
        disabled={disabled}
        set={(level) => set({ level })}
      />
      <Select
        label="Computers move"
        value={key(PACES, settings.pace)}
        options={PACES}
        disabled={disabled}
        set={(value) => set({ pace: Number(value) })}
      />
    </>
  );
}

function Rules({ settings, disabled, set }: Parts) {
  const { options } = settings;
  const change = (patch: Partial<Values["options"]>) => set({ options: { ...options, ...patch } });
  return (
    <>
      <Select
        label="Set-up"
        value={options.setup}
        options={SETUPS}
        disabled={disabled}
        set={(setup) => change({ setup })}
      />
      <Select
        label="Card sets are worth"
        value={options.sets}
        options={SETS}
        disabled={disabled}
        set={(sets) => change({ sets })}
      />
      <Select
        label="Armies move at the end of a turn"
        value={options.fortify}
        options={FORTIFY}
        disabled={disabled}
        set={(fortify) => change({ fortify })}
      />
      <Select
        label="Time for a turn"
        value={key(TIMERS, options.timer)}
        options={TIMERS}
        disabled={disabled}
        set={(value) => change({ timer: Number(value) })}
      />
      <label class="setting check">
        <input
          type="checkbox"
          checked={options.missions}
          disabled={disabled}
          onChange={(event) => change({ missions: event.currentTarget.checked })}
        />
        <span>Secret missions (three players or more)</span>
      </label>
    </>
  );
}

/** A game from a file, to go on with. */
function SavedGame({ room }: { readonly room: ConquestRoom }) {
  const { table, host } = sessionOf(room);
  const problem = useSignal("");
  const { loaded } = table.settings.value;
  const open = async (file: File | undefined) => {
    if (!file) return;
    const ledger = file.size > 5_000_000 ? "This file is not a saved game." : fromFile(await file.text());
    problem.value =
      typeof ledger === "string" ? ledger : ledger.game?.phase.name === "over" ? "This game is over." : "";
    if (typeof ledger !== "string" && problem.value === "") host.load(ledger.entries(0, ledger.length));
  };
  return (
    <>
      {loaded > 0 ? (
        <p class="note">
          The next round goes on with a saved game of {loaded} moves.{" "}
          <button type="button" class="button small" onClick={() => host.load(undefined)}>
            Start a new one instead
          </button>
        </p>
      ) : null}
      <label class="setting">
        <span>Go on with a saved game</span>
        <input
          type="file"
          accept="application/json,.json"
          onChange={(event) => void open(event.currentTarget.files?.[0])}
        />
      </label>
      {problem.value ? (
        <p class="problem" role="alert">
          {problem.value}
        </p>
      ) : null}
    </>
  );
}

/** The host's choices before a game. */
export function Settings({ room }: { readonly room: ConquestRoom }) {
  const { table } = sessionOf(room);
  const settings = table.settings.value;
  const disabled = !room.isHost.value;
  const parts = {
    settings,
    disabled,
    set: (patch: Partial<Values>) => room.publish({ settings: { ...settings, ...patch } }),
  };
  return (
    <section class="settings" aria-label="Rules of this game">
      <div class="setting-grid">
        <Opponents {...parts} />
        <Rules {...parts} />
      </div>
      {disabled ? <p class="muted small">The host chooses the rules.</p> : <SavedGame room={room} />}
    </section>
  );
}

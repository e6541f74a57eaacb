import type { Wall } from "../net/wall.ts";
import type { WallApp } from "../net/wall-app.ts";
import { ORDER, SHOW } from "../rules/arrange.ts";
import { AlarmCounts } from "./alarm-list.tsx";

interface ChoiceProps<Value extends string> {
  readonly label: string;
  readonly choices: Readonly<Record<Value, string>>;
  readonly value: Value;
  readonly choose: (value: Value) => void;
}

/** One of a few, as a list that every device knows. */
function Choice<Value extends string>({ label, choices, value, choose }: ChoiceProps<Value>) {
  const isChoice = (text: string): text is Value => Object.hasOwn(choices, text);
  return (
    <select
      class="choice"
      aria-label={label}
      value={value}
      onChange={({ currentTarget }) => isChoice(currentTarget.value) && choose(currentTarget.value)}
    >
      {Object.entries<string>(choices).map(([key, text]) => (
        <option key={key} value={key}>
          {text}
        </option>
      ))}
    </select>
  );
}

interface ToolbarProps {
  readonly app: WallApp;
  readonly wall: Wall;
  readonly openFiles: () => void;
  readonly openLog: () => void;
}

/** What shows, in which order; counts; and what can be done with all of it. */
export function Toolbar({ app, wall, openFiles, openLog }: ToolbarProps) {
  const { words, show, order } = app.arrangement.value;
  wall.revision.value;
  const all = wall.instruments.value;
  const online = all.filter(({ liveness }) => liveness !== "offline").length;
  return (
    <div class="wall-bar">
      <p class="wall-counts">
        <span class="inst-value online-count">{online}</span>
        {` of ${all.length} online`}
      </p>
      <AlarmCounts alarms={wall.alarms.value} />
      <div class="wall-choices">
        <input
          type="search"
          class="choice"
          placeholder="Find"
          aria-label="Find instruments"
          value={words}
          onInput={({ currentTarget }) => app.arrange({ words: currentTarget.value.slice(0, 64) })}
        />
        <Choice label="Show" choices={SHOW} value={show} choose={(value) => app.arrange({ show: value })} />
        <Choice label="Order" choices={ORDER} value={order} choose={(value) => app.arrange({ order: value })} />
        <button type="button" class="button small" onClick={openLog}>
          Log
        </button>
        <button type="button" class="button small" onClick={openFiles}>
          Export
        </button>
        <button type="button" class="button small" onClick={() => app.enterKiosk()}>
          Wall screen
        </button>
      </div>
    </div>
  );
}

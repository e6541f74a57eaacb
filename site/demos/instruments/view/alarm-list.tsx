import { useState } from "preact/hooks";
import type { Wall } from "../net/wall.ts";
import type { Priority } from "../rules/alarm.ts";
import { countsOf, type ListedAlarm } from "../rules/alarm-book.ts";
import { Mark, PRIORITY_NAMES } from "./mark.tsx";

const MINUTE = 60_000;
/** How long an alarm can be shelved. It returns on its own: one that is hidden for ever is forgotten. */
const SHELVES = [
  { label: "10 min", milliseconds: 10 * MINUTE },
  { label: "1 h", milliseconds: 60 * MINUTE },
  { label: "8 h", milliseconds: 480 * MINUTE },
] as const;

export const clockText = (time: number): string => new Date(time).toLocaleTimeString("en-GB");

export const stateOf = ({ active, acknowledged }: Pick<ListedAlarm, "active" | "acknowledged">): string =>
  active ? (acknowledged ? "active, acknowledged" : "active") : acknowledged ? "cleared" : "cleared, not acknowledged";

interface AlarmProps {
  readonly alarm: ListedAlarm;
  readonly title: string;
  readonly wall: Wall;
  readonly open: (id: string) => void;
}

function AlarmRow({ alarm, title, wall, open }: AlarmProps) {
  const { key, id, priority, acknowledged, active, text, raisedAt, shelvedUntil, isShelved } = alarm;
  return (
    <li class={`alarm priority-${priority}${acknowledged ? "" : " unacknowledged"}${active ? "" : " cleared"}`}>
      <Mark priority={priority} isFilled={!acknowledged} />
      <div>
        <button type="button" class="alarm-title" onClick={() => open(id)}>
          <bdi>{title}</bdi>
        </button>
        <p>{text}</p>
        <p class="alarm-state">
          <time>{clockText(raisedAt)}</time> {stateOf(alarm)}
          {isShelved && shelvedUntil !== undefined ? `, shelved until ${clockText(shelvedUntil)}` : ""}
        </p>
      </div>
      <div class="alarm-tools">
        {acknowledged ? null : (
          <button
            type="button"
            class="button small"
            aria-label={`Acknowledge: ${title}, ${text}`}
            onClick={() => wall.acknowledge([key])}
          >
            Acknowledge
          </button>
        )}
        {isShelved ? (
          <button type="button" class="button small" onClick={() => wall.unshelve(key)}>
            Show again
          </button>
        ) : (
          <select
            class="shelve"
            aria-label={`Shelve: ${title}, ${text}`}
            value=""
            onChange={({ currentTarget }) => {
              wall.shelve(key, Number(currentTarget.value));
              currentTarget.value = "";
            }}
          >
            <option value="" disabled>
              Shelve…
            </option>
            {SHELVES.map(({ label, milliseconds }) => (
              <option key={label} value={milliseconds}>{`for ${label}`}</option>
            ))}
          </select>
        )}
      </div>
    </li>
  );
}

/** Shape, number and count of each priority. */
export function AlarmCounts({ alarms }: { readonly alarms: readonly ListedAlarm[] }) {
  const counts = countsOf(alarms);
  const priorities: readonly Priority[] = [1, 2, 3];
  return (
    <span class="alarm-counts">
      {priorities.map((priority) => {
        const { active, unacknowledged } = counts[priority];
        const label = `${PRIORITY_NAMES[priority]}: ${active} active, ${unacknowledged} not acknowledged`;
        return (
          <span key={priority} class={active + unacknowledged === 0 ? "none" : ""} title={label}>
            <Mark priority={priority} isFilled={unacknowledged > 0} />
            <span class="inst-value">{Math.max(active, unacknowledged)}</span>
            <span class="visually-hidden">{label}</span>
          </span>
        );
      })}
    </span>
  );
}

/** Rows that the list draws; the rest is counted. */
const SHOWN = 100;

/** All alarms, most urgent first. */
export function AlarmList({ wall, open }: { readonly wall: Wall; readonly open: (id: string) => void }) {
  const [showsShelved, setShowsShelved] = useState(false);
  const all = wall.alarms.value;
  const shelved = all.filter(({ isShelved }) => isShelved);
  const shown = showsShelved ? shelved : all.filter(({ isShelved }) => !isShelved);
  const open_ = shown.filter(({ acknowledged }) => !acknowledged);
  return (
    <section class="alarms" aria-labelledby="alarms-title">
      <header class="cluster apart">
        <h2 id="alarms-title">{showsShelved ? "Shelved alarms" : "Alarms"}</h2>
        <button
          type="button"
          class="button small"
          disabled={open_.length === 0}
          onClick={() => wall.acknowledge(open_.map(({ key }) => key))}
        >
          {`Acknowledge all ${open_.length || ""}`}
        </button>
      </header>
      <ol>
        {shown.slice(0, SHOWN).map((alarm) => (
          <AlarmRow
            key={alarm.key}
            alarm={alarm}
            title={wall.byId(alarm.id)?.announcement.title ?? alarm.id}
            wall={wall}
            open={open}
          />
        ))}
      </ol>
      {shown.length === 0 ? <p class="muted">{showsShelved ? "None is shelved." : "No alarms."}</p> : null}
      {shown.length > SHOWN ? <p class="muted">{`and ${shown.length - SHOWN} more`}</p> : null}
      {shelved.length > 0 || showsShelved ? (
        <button type="button" class="button small quiet" onClick={() => setShowsShelved(!showsShelved)}>
          {showsShelved ? "Back to all alarms" : `${shelved.length} shelved`}
        </button>
      ) : null}
    </section>
  );
}

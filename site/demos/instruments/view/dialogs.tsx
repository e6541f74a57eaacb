import { useEffect, useState } from "preact/hooks";
import { Dialog } from "../../shared/shell/dialog.tsx";
import { logCsv, trendsCsv, valuesCsv } from "../net/export.ts";
import { LOG_LENGTH, type LogEntry } from "../net/store.ts";
import type { Wall } from "../net/wall.ts";
import { Mark } from "./mark.tsx";
import { fileName, saveText } from "./save.ts";

/** Entries that the dialog shows; the file has all. */
const SHOWN = 200;

interface DialogProps {
  readonly wall: Wall;
  readonly onClose: () => void;
}

const saveLog = async (wall: Wall): Promise<void> =>
  saveText(fileName("alarms", wall.now()), logCsv(await wall.store.log(LOG_LENGTH)));

/** What can be saved as CSV. */
export function FilesDialog({ wall, onClose }: DialogProps) {
  const now = wall.now();
  const all = wall.instruments.peek();
  return (
    <Dialog title="Export as CSV" onClose={onClose}>
      <p class="small muted">Numbers are in SI units without prefix, times in UTC.</p>
      <div class="stack tight">
        <button
          type="button"
          class="button"
          onClick={() => saveText(fileName("values", now), valuesCsv(all, wall.connection.now()))}
        >
          Values now
        </button>
        <button
          type="button"
          class="button"
          onClick={() => saveText(fileName("minute", now), trendsCsv(all, "minute", wall.now()))}
        >
          Trends of the last minute
        </button>
        <button
          type="button"
          class="button"
          onClick={() => saveText(fileName("hour", now), trendsCsv(all, "hour", wall.now()))}
        >
          Trends of the last hour
        </button>
        <button type="button" class="button" onClick={() => void saveLog(wall)}>
          Log of alarms
        </button>
      </div>
    </Dialog>
  );
}

/** What happened to alarms, newest first. */
export function LogDialog({ wall, onClose }: DialogProps) {
  const [entries, setEntries] = useState<readonly LogEntry[]>();
  const [isLasting, setLasting] = useState(true);
  const alarms = wall.alarms.value;
  // Read again when an alarm has changed.
  useEffect(() => {
    void wall.store.log(SHOWN).then(setEntries);
    void wall.store.isLasting().then(setLasting);
  }, [wall, alarms]);
  return (
    <Dialog title="Log of alarms" onClose={onClose}>
      {isLasting ? null : <p class="note warn">This browser does not store the log. It ends with the page.</p>}
      <div class="cluster">
        <button type="button" class="button small" onClick={() => void saveLog(wall)}>
          Export as CSV
        </button>
        <button
          type="button"
          class="button small danger"
          onClick={() => void wall.store.clearLog().then(() => setEntries([]))}
        >
          Delete the log
        </button>
      </div>
      <ol class="wall-log">
        {(entries ?? []).map(({ at, transition, key, priority, title, id, text }) => (
          <li key={`${at} ${key} ${transition}`}>
            <time>{new Date(at).toLocaleString("en-GB")}</time>
            <Mark priority={priority} isFilled={transition === "raised"} />
            <span>
              <strong>{transition}</strong> <bdi>{title}</bdi> ({id}): {text}
            </span>
          </li>
        ))}
      </ol>
      {entries?.length === 0 ? <p class="muted">Empty.</p> : null}
    </Dialog>
  );
}

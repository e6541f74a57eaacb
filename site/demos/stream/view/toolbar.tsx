import { useState } from "preact/hooks";
import type { Watching } from "../net/watching.ts";
import { csvOf } from "../rules/csv.ts";
import type { LevelMode } from "../rules/level.ts";
import type { Chart } from "./chart.ts";
import { SPANS } from "./chart-state.ts";
import { clockText, spanText } from "./format.ts";
import type { PartsProps } from "./recorder.tsx";

function save(content: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  // Some browsers begin to read it later.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

const LEVELS: readonly { readonly mode: LevelMode; readonly label: string }[] = [
  { mode: "auto", label: "Points: automatic" },
  { mode: "full", label: "Points: all" },
  { mode: "thin", label: "Points: fewer" },
];

interface ToolbarProps extends PartsProps {
  readonly chart: { readonly current: Chart | undefined };
}

/** Saves what the chart shows. Returns what to say about it. */
function saveCsv({ stream, state }: PartsProps): string {
  const { history } = stream.model;
  const { from, to } = state.window(stream.connection.now(), stream.model);
  const series = history.names.flatMap((_, at) => (state.hidden.has(at) ? [] : [at]));
  const rows = history.rowAt(to + 1e-3) - history.rowAt(from);
  save(new Blob([csvOf(history, from, to, series)], { type: "text/csv" }), `stream-${stream.code}.csv`);
  const older = history.holdsSince(from)
    ? ""
    : ` Rows before ${clockText(history.oldestRow, 1_000)} are no longer held.`;
  return `Saved ${rows} rows.${older}`;
}

/** Buttons for what the wheel, the mouse and the keys do, because a phone has none of them. */
const Moves = ({ state }: Pick<PartsProps, "state">) => (
  <span class="stream-zoom">
    <button type="button" class="button small" aria-label="Earlier" title="Earlier" onClick={() => state.move(-0.5)}>
      ‹
    </button>
    <button type="button" class="button small" aria-label="Zoom in" title="Zoom in" onClick={() => state.zoom(0.5)}>
      +
    </button>
    <button type="button" class="button small" aria-label="Zoom out" title="Zoom out" onClick={() => state.zoom(2)}>
      −
    </button>
    <button type="button" class="button small" aria-label="Later" title="Later" onClick={() => state.move(0.5)}>
      ›
    </button>
  </span>
);

const Span = ({ state }: Pick<PartsProps, "state">) => (
  <select
    class="field"
    aria-label="Time shown"
    value={String(state.span.value)}
    onChange={({ currentTarget }) => state.show(Number(currentTarget.value))}
  >
    {SPANS.map((span) => (
      <option key={span} value={String(span)}>
        {spanText(span)}
      </option>
    ))}
  </select>
);

/** Which points a watcher receives. */
const Points = ({ stream }: { readonly stream: Watching }) => (
  <select
    class="field"
    aria-label="Points received"
    value={stream.mode.value}
    onChange={({ currentTarget }) => {
      const chosen = LEVELS.find(({ mode }) => mode === currentTarget.value);
      if (chosen) stream.choose(chosen.mode);
    }}
  >
    {LEVELS.map(({ mode, label }) => (
      <option key={mode} value={mode}>
        {label}
      </option>
    ))}
  </select>
);

/** What can be done with the chart. */
export function Toolbar({ stream, state, chart }: ToolbarProps) {
  const [message, setMessage] = useState("");
  const isFrozen = state.frozen.value !== undefined;
  const savePng = async () => {
    const picture = await chart.current?.png();
    if (picture) save(picture, `stream-${stream.code}.png`);
    setMessage(picture ? "Saved the picture." : "There is no picture yet.");
  };
  return (
    <div class="stream-tools" role="toolbar" aria-label="Chart">
      <button type="button" class="button small" aria-pressed={!isFrozen} onClick={() => state.live()}>
        Live
      </button>
      <button type="button" class="button small" aria-pressed={isFrozen} onClick={() => state.pause()}>
        Pause
      </button>
      <Span state={state} />
      <Moves state={state} />
      {stream.kind === "watching" ? <Points stream={stream} /> : null}
      <button type="button" class="button small" onClick={() => setMessage(saveCsv({ stream, state }))}>
        Save CSV
      </button>
      <button type="button" class="button small" onClick={() => void savePng()}>
        Save PNG
      </button>
      <span class="muted small" role="status">
        {message}
      </span>
    </div>
  );
}

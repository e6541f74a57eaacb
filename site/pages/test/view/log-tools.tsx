import { useRef } from "preact/hooks";
import type { Filter } from "../model/filter.ts";
import { sizeText } from "../model/format.ts";
import { exportLog } from "../model/log-file.ts";
import type { Client } from "../state/client.ts";
import type { Replay } from "../state/replay.ts";

/** Downloads a text as a file. */
function saveFile(name: string, type: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // The click has started the download. Without this the browser keeps the text in memory until the page is closed.
  requestAnimationFrame(() => URL.revokeObjectURL(url));
}

const shows: readonly (readonly [Filter["show"], string])[] = [
  ["all", "All"],
  ["in", "Received"],
  ["out", "Sent"],
  ["event", "Events"],
  ["problem", "Problems"],
];

/** Filters what is shown of the log. */
export function LogTools({ client }: { readonly client: Client }) {
  // The log is not a signal itself, because it would be copied for each frame.
  void client.tick.value;
  const { log } = client;
  const { show, search } = log.filter;
  const filter = (change: Partial<Filter>) => {
    log.filter = { ...log.filter, ...change };
    client.changed();
  };
  const pause = () => {
    if (log.paused) log.resume();
    else log.pause();
    client.changed();
  };
  return (
    <div class="log-tools">
      <fieldset class="choice" aria-label="Show frames">
        {shows.map(([value, label]) => (
          <button
            key={value}
            type="button"
            class="button small"
            aria-pressed={show === value}
            onClick={() => filter({ show: value })}
          >
            {label}
          </button>
        ))}
      </fieldset>
      <input
        type="search"
        class="field search-log"
        aria-label="Search the log"
        placeholder="Search"
        value={search}
        spellcheck={false}
        onInput={(event) => filter({ search: event.currentTarget.value })}
      />
      <button type="button" class="button small" aria-pressed={log.paused} onClick={pause}>
        {log.paused ? `Resume (${log.waiting} new)` : "Pause"}
      </button>
    </div>
  );
}

interface ToolsProps {
  readonly client: Client;
  readonly replay: Replay;
}

function ReplayButton({ replay }: { readonly replay: Replay }) {
  const input = useRef<HTMLInputElement>(null);
  const playing = replay.progress.value;
  if (playing !== undefined)
    return (
      <button type="button" class="button small quiet" onClick={() => replay.stop()}>
        Stop: {playing}
      </button>
    );
  return (
    <>
      <button type="button" class="button small quiet" onClick={() => input.current?.click()}>
        Replay
      </button>
      <input
        ref={input}
        type="file"
        hidden
        aria-label="File to replay"
        accept=".ndjson,.jsonl,application/x-ndjson"
        onChange={async (event) => {
          const field = event.currentTarget;
          const file = field.files?.[0];
          const text = await file?.text();
          if (text !== undefined) replay.start(text);
          // Allow choosing the same file again.
          field.value = "";
        }}
      />
    </>
  );
}

function countText(client: Client): string {
  const { all, visible, lost, bytes } = client.log;
  const number = (count: number) => count.toLocaleString("en");
  const shown = visible.length === all.length ? "" : `${number(visible.length)} of `;
  const gone = lost === 0 ? "" : `, ${number(lost)} older removed`;
  return `${shown}${number(all.length)} ${all.length === 1 ? "line" : "lines"}, ${sizeText(bytes)}${gone}`;
}

/** The size of the log, and actions on all of it. */
export function LogFoot({ client, replay }: ToolsProps) {
  void client.tick.value;
  const empty = client.log.all.length === 0;
  return (
    <div class="log-foot">
      <p class="muted small">{empty ? "" : countText(client)}</p>
      <div class="cluster close">
        <button
          type="button"
          class="button small quiet"
          disabled={empty}
          onClick={() => saveFile(`achex-${client.id}.ndjson`, "application/x-ndjson", exportLog(client.log.all))}
        >
          Export
        </button>
        <ReplayButton replay={replay} />
        <button type="button" class="button small quiet" onClick={() => client.clear()}>
          Clear
        </button>
      </div>
    </div>
  );
}

import type { Filter } from "../model/filter.ts";
import { exported } from "../model/ndjson.ts";
import type { Client } from "../state/client.ts";
import type { Replay } from "../state/replay.ts";
import { saveFile } from "./save-file.ts";

const shows: readonly (readonly [Filter["show"], string])[] = [
  ["all", "All"],
  ["in", "Received"],
  ["out", "Sent"],
  ["event", "Events"],
];

interface ToolsProps {
  readonly client: Client;
  readonly replay: Replay;
}

function FilterBar({ client }: { readonly client: Client }) {
  void client.tick.value;
  const { log } = client;
  const { show, search } = log.filter;
  const filter = (change: Partial<Filter>) => {
    log.filter = { ...log.filter, ...change };
    client.changed();
  };
  return (
    <>
      <fieldset class="choice" aria-label="Show">
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
    </>
  );
}

function FileTools({ client, replay }: ToolsProps) {
  void client.tick.value;
  const playing = replay.progress.value;
  return (
    <>
      <button
        type="button"
        class="button small"
        disabled={client.log.all.length === 0}
        onClick={() => saveFile(`achex-${client.id}.ndjson`, "application/x-ndjson", exported(client.log.all))}
      >
        Export
      </button>
      {playing === undefined ? (
        <label class="button small">
          Replay
          <input
            type="file"
            class="visually-hidden"
            accept=".ndjson,.jsonl,application/x-ndjson"
            onChange={async (event) => {
              const input = event.currentTarget;
              const file = input.files?.[0];
              const text = await file?.text();
              if (text !== undefined) replay.start(text);
              // Choosing the same file again is to replay it again.
              input.value = "";
            }}
          />
        </label>
      ) : (
        <button type="button" class="button small" onClick={() => replay.stop()}>
          Stop: {playing}
        </button>
      )}
    </>
  );
}

/** What can be done with the log. */
export function LogTools({ client, replay }: ToolsProps) {
  // The log itself is no signal: it would be copied for each frame.
  void client.tick.value;
  const { log } = client;
  const pause = () => {
    if (log.paused) log.resume();
    else log.pause();
    client.changed();
  };
  const clear = () => {
    log.clear();
    client.selected.value = undefined;
    client.changed();
  };
  return (
    <div class="cluster log-tools">
      <FilterBar client={client} />
      <button type="button" class="button small" aria-pressed={log.paused} onClick={pause}>
        {log.paused ? `Resume (${log.waiting} new)` : "Pause"}
      </button>
      <button type="button" class="button small" onClick={clear}>
        Clear
      </button>
      <FileTools client={client} replay={replay} />
    </div>
  );
}

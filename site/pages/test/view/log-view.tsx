import type { Entry } from "../model/entry.ts";
import type { Client } from "../state/client.ts";
import { Row } from "./row.tsx";
import { ROW, useVirtualScroll } from "./use-virtual-scroll.ts";

/** Extra rows rendered above and below the viewport, so that scrolling shows no gap. */
const SPARE = 8;

function Empty({ client }: { readonly client: Client }) {
  const filtered = client.log.all.length > 0;
  return (
    <div class="log frames empty muted">
      {filtered ? (
        <p>No frame fits the filter.</p>
      ) : (
        <p>
          Nothing yet: connect, and every frame appears here.
          <br />
          <span class="small">← received, → sent, newest last</span>
        </p>
      )}
    </div>
  );
}

/** The row that a key moves to, from the selected row (-1 for none). */
function destination(key: string, at: number, count: number, page: number): number | undefined {
  const from = at < 0 ? (key === "ArrowDown" || key === "PageDown" ? -1 : count) : at;
  const moves: Readonly<Record<string, number>> = {
    ArrowDown: from + 1,
    ArrowUp: from - 1,
    PageDown: from + page,
    PageUp: from - page,
    Home: 0,
    End: count - 1,
  };
  const to = moves[key];
  return to === undefined || count === 0 ? undefined : Math.max(0, Math.min(count - 1, to));
}

/** Handles a key; returns the newly selected row, if any. */
function answerKey(client: Client, event: KeyboardEvent, page: number): number | undefined {
  const entries = client.log.visible;
  const selected = client.selected.value;
  if (event.key === "Escape") client.selected.value = undefined;
  const ctrl = event.ctrlKey || event.metaKey;
  // If text is selected, the user means to copy that.
  if (event.key === "c" && ctrl && selected && getSelection()?.isCollapsed !== false) void client.copy(selected);
  if (ctrl || event.altKey) return undefined;
  const to = destination(event.key, selected ? entries.indexOf(selected) : -1, entries.length, page);
  if (to === undefined) return undefined;
  event.preventDefault();
  client.selected.value = entries[to];
  return to;
}

/** The log of a client, newest row last. Only visible rows are rendered, so the length costs nothing. */
export function LogView({ client }: { readonly client: Client }) {
  const version = client.tick.value;
  const entries = client.log.visible;
  const count = entries.length;
  const { ref, top, height, following, onScroll, reveal, follow } = useVirtualScroll(count, version);
  // Always the same number of rows, and as many keys, so that scrolling reuses every element: creating one costs more.
  const rows = Math.ceil(height / ROW) + 2 * SPARE + 1;
  const first = Math.max(0, Math.min(count - rows, Math.floor(top / ROW) - SPARE));
  const last = Math.min(count, first + rows);
  const drawn = entries.slice(first, last);
  const selected = client.selected.value;
  const idOf = (entry: Entry) => `frame-${client.id}-${entry.number}`;
  const onKeyDown = (event: KeyboardEvent) => {
    const to = answerKey(client, event, Math.max(1, Math.floor(height / ROW) - 1));
    if (to !== undefined) reveal(to);
  };
  const choose = (event: MouseEvent) => {
    const row = event.target instanceof Element ? event.target.closest(".row") : null;
    const number = Number(row?.getAttribute("data-number"));
    const entry = drawn.find((one) => one.number === number);
    client.selected.value = entry === selected ? undefined : entry;
  };
  if (count === 0) return <Empty client={client} />;
  return (
    <div class="log-box">
      <div class="log frames" ref={ref} onScroll={onScroll} data-count={count}>
        <div class="frames-space" style={{ height: `${count * ROW}px` }}>
          <div
            class="rows"
            role="listbox"
            tabIndex={0}
            aria-label="Frames"
            aria-activedescendant={selected && drawn.includes(selected) ? idOf(selected) : undefined}
            style={{ transform: `translateY(${first * ROW}px)` }}
            onKeyDown={onKeyDown}
            onClick={choose}
          >
            {drawn.map((entry, index) => (
              <Row
                key={(first + index) % rows}
                entry={entry}
                id={idOf(entry)}
                position={first + index + 1}
                count={count}
                chosen={entry === selected}
              />
            ))}
          </div>
        </div>
      </div>
      {following ? null : (
        <button type="button" class="button small latest" onClick={follow}>
          ↓ Newest
        </button>
      )}
    </div>
  );
}

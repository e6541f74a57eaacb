import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import type { Entry } from "../model/entry.ts";
import type { Client } from "../state/client.ts";
import { FrameDetail } from "./frame-detail.tsx";
import { Row } from "./row.tsx";
import { useVirtualScroll } from "./use-virtual-scroll.ts";

/** Extra rows rendered above and below the viewport, so that scrolling shows no gap. */
const SPARE = 8;

function Empty({ client }: { readonly client: Client }) {
  const filtered = client.log.all.length > 0;
  return (
    <div class="log frames empty muted">
      {filtered ? (
        <p>No matching frames.</p>
      ) : (
        <div class="stack tight">
          <p>
            <strong>No frames yet.</strong> Connect, then send a frame.
          </p>
          <p class="small">Every frame appears here with its result: delivered, answered or dropped, and why.</p>
        </div>
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

/** Whether the details of the selected row are to be shown after a key; undefined if the key does not concern them. */
function expandedAfter(key: string, expanded: boolean): boolean | undefined {
  if (key === "Enter" || key === " ") return !expanded;
  if (key === "ArrowRight") return true;
  return key === "ArrowLeft" || key === "Escape" ? false : undefined;
}

/** Handles a key; returns the newly selected row, if any. */
function handleKey(client: Client, event: KeyboardEvent, page: number): number | undefined {
  const { visible } = client.log;
  const number = client.selected.value;
  const at = number === undefined ? -1 : client.log.positionOf(number);
  const entry = visible[at];
  const ctrl = event.ctrlKey || event.metaKey;
  // If text is selected, the user means to copy that.
  if (event.key === "c" && ctrl && entry && getSelection()?.isCollapsed !== false) void client.copy(entry);
  if (ctrl || event.altKey) return undefined;
  const expanded = expandedAfter(event.key, client.expanded.value);
  const to = expanded === undefined ? destination(event.key, at, visible.length, page) : at;
  if (to === undefined || to < 0) return undefined;
  event.preventDefault();
  client.select(visible[to]?.number, expanded ?? client.expanded.value);
  if (client.expanded.value) client.following.value = false;
  return to;
}

/** Opens or closes the details of the row that was clicked. */
function handleClick(client: Client, target: EventTarget | null): void {
  const line = target instanceof Element ? target.closest(".line") : null;
  if (!line || getSelection()?.isCollapsed === false) return;
  const number = Number(line.parentElement?.getAttribute("data-number"));
  const open = !(number === client.selected.value && client.expanded.value);
  client.select(number, open);
  // Following would scroll the opened row away.
  if (open) client.following.value = false;
}

function LatestButton({ client }: { readonly client: Client }) {
  if (client.following.value) return null;
  return (
    <button
      type="button"
      class="button small latest"
      onClick={() => {
        client.select(client.selected.value, false);
        client.following.value = true;
      }}
    >
      ↓ Latest
    </button>
  );
}

interface MeasuredDetailProps {
  readonly client: Client;
  readonly entry: Entry;
  readonly onHeight: (height: number) => void;
}

/** The details below a row; they report their height, which the layout needs. */
function MeasuredDetail({ client, entry, onHeight }: MeasuredDetailProps) {
  const ref = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const box = ref.current;
    if (!box) return undefined;
    const measure = () => onHeight(box.getBoundingClientRect().height);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(box);
    return () => observer.disconnect();
  }, [entry.number]);
  return (
    <div class="detail-box" ref={ref}>
      <FrameDetail client={client} entry={entry} />
    </div>
  );
}

const idOf = (client: Client, entry: Entry): string => `frame-${client.id}-${entry.number}`;

interface RowsProps {
  readonly client: Client;
  readonly drawn: readonly Entry[];
  /** Index of the first one among the visible entries. */
  readonly first: number;
  readonly keys: number;
  readonly onDetailHeight: (height: number) => void;
}

function Rows({ client, drawn, first, keys, onDetailHeight }: RowsProps) {
  return (
    <>
      {drawn.map((entry, index) => {
        const chosen = entry.number === client.selected.value;
        const open = chosen && client.expanded.value;
        return (
          <Row
            key={(first + index) % keys}
            entry={entry}
            id={idOf(client, entry)}
            position={first + index + 1}
            count={client.log.visible.length}
            chosen={chosen}
            expanded={open}
            past={entry.number < client.connectionStart}
          >
            {open ? <MeasuredDetail client={client} entry={entry} onHeight={onDetailHeight} /> : null}
          </Row>
        );
      })}
    </>
  );
}

/** The log of a client, newest row last. Only visible rows are rendered, so the length costs nothing. */
export function LogView({ client }: { readonly client: Client }) {
  const version = client.tick.value;
  const { visible, notes } = client.log;
  const count = visible.length;
  const selected = client.selected.value;
  const position = selected === undefined ? -1 : client.log.positionOf(selected);
  const expanded = client.expanded.value && position >= 0 ? position : undefined;
  const { following } = client;
  const { ref, top, height, layout, onScroll, reveal, rowHeight, detailHeight, setDetailHeight } = useVirtualScroll({
    count,
    notes,
    expanded,
    version,
    following,
  });
  // Always the same number of rows, and as many keys, so that scrolling reuses every element: creating one costs more.
  const rows = Math.ceil(height / rowHeight) + 2 * SPARE + 1;
  const first = Math.max(0, Math.min(count - rows, layout.indexAt(top) - SPARE));
  const drawn = visible.slice(first, first + rows);
  const onKeyDown = (event: KeyboardEvent) => {
    // Keys in the details belong to its buttons.
    if (event.target !== event.currentTarget) return;
    const to = handleKey(client, event, Math.max(1, Math.floor(height / rowHeight) - 1));
    if (to !== undefined) reveal(to);
  };
  useEffect(() => {
    if (expanded !== undefined) reveal(expanded);
  }, [expanded, detailHeight]);
  if (count === 0) return <Empty client={client} />;
  const active = drawn.find(({ number }) => number === selected);
  return (
    <div class="log-box">
      <div class="log frames" ref={ref} onScroll={onScroll} data-count={count}>
        <div class="frames-space" style={{ height: `${layout.height}px` }}>
          <div
            class="rows"
            role="tree"
            tabIndex={0}
            aria-label="Frames. Enter shows details."
            aria-activedescendant={active && idOf(client, active)}
            style={{ transform: `translateY(${layout.offsetOf(first)}px)` }}
            onKeyDown={onKeyDown}
            onClick={(event) => handleClick(client, event.target)}
          >
            <Rows client={client} drawn={drawn} first={first} keys={rows} onDetailHeight={setDetailHeight} />
          </div>
        </div>
      </div>
      <LatestButton client={client} />
    </div>
  );
}

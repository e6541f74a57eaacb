import { printable } from "@achex/server/printable";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Entry } from "../model/entry.ts";
import { hexOf } from "../model/hex.ts";
import { rowParts } from "../model/pretty.ts";
import { labelIn, labelOut } from "../model/reading.ts";
import { sizeText, timeText } from "../model/sizes.ts";
import type { Client } from "../state/client.ts";
import { Parts } from "./parts.tsx";

/** Height of a row in CSS pixels; test.css says the same. */
const ROW = 30;
/** Rows drawn above and below what is seen, so that scrolling never shows a gap. */
const SPARE = 8;
const HEX_BYTES = 48;

const arrows = { in: "←", out: "→", event: "·" } as const;
const spoken = { in: "received", out: "sent", event: "event" } as const;

function RowText({ entry }: { readonly entry: Entry }) {
  if (entry.kind === "event") return <>{printable(entry.text)}</>;
  if (entry.kind === "binary")
    return <>{`${hexOf(entry.bytes.subarray(0, HEX_BYTES))}${entry.bytes.length > HEX_BYTES ? "…" : ""}`}</>;
  return <Parts parts={rowParts(entry.text, entry.direction === "in")} />;
}

function labelOf(entry: Entry): string {
  if (entry.kind === "event") return entry.code === undefined ? "" : String(entry.code);
  if (entry.kind === "binary") return "binary";
  return entry.direction === "in" ? labelIn(entry.text) : labelOut(entry.text);
}

interface RowProps {
  readonly entry: Entry;
  readonly id: string;
  readonly position: number;
  readonly count: number;
  readonly chosen: boolean;
}

function Row({ entry, id, position, count, chosen }: RowProps) {
  const tone = entry.kind === "event" ? entry.tone : "";
  return (
    <div
      id={id}
      role="option"
      class={`row ${entry.direction} ${tone}`}
      aria-selected={chosen}
      aria-posinset={position}
      aria-setsize={count}
      data-number={entry.number}
      tabIndex={-1}
    >
      <span class="arrow" aria-hidden="true">
        {arrows[entry.direction]}
      </span>
      <time>{timeText(entry.at)}</time>
      <code dir="ltr">
        <span class="visually-hidden">{spoken[entry.direction]} </span>
        <RowText entry={entry} />
      </code>
      <span class="label">{labelOf(entry)}</span>
      <span class="size">{entry.kind === "event" ? "" : sizeText(entry.size)}</span>
    </div>
  );
}

/** Where the list is scrolled to, in pixels, and how much of it is seen. */
function useScroll(count: number, version: number) {
  const ref = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const [height, setHeight] = useState(ROW * 10);
  const following = useRef(true);
  useLayoutEffect(() => {
    const box = ref.current;
    if (!box) return;
    setHeight(box.clientHeight);
    if (following.current) box.scrollTop = count * ROW;
    setTop(box.scrollTop);
  }, [count, version]);
  const onScroll = () => {
    const box = ref.current;
    if (!box) return;
    following.current = box.scrollTop + box.clientHeight >= box.scrollHeight - ROW;
    setTop(box.scrollTop);
  };
  return { ref, top, height, onScroll };
}

function Empty({ filtered }: { readonly filtered: boolean }) {
  return (
    <p class="log frames empty muted">
      {filtered ? "No frame fits the filter." : "Nothing yet: connect, and every frame appears here."}
    </p>
  );
}

/** What the client saw, newest last. Only the rows in sight are drawn, so that length costs nothing. */
export function LogView({ client }: { readonly client: Client }) {
  const version = client.tick.value;
  const entries = client.log.visible;
  const count = entries.length;
  const { ref, top, height, onScroll } = useScroll(count, version);
  const first = Math.max(0, Math.min(count, Math.floor(top / ROW)) - SPARE);
  const last = Math.min(count, Math.ceil((top + height) / ROW) + SPARE);
  const selected = client.selected.value;
  const idOf = (entry: Entry) => `frame-${client.id}-${entry.number}`;
  const move = (event: KeyboardEvent) => {
    const by = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (by === 0 || count === 0) return;
    event.preventDefault();
    const at = selected ? entries.indexOf(selected) : by > 0 ? -1 : count;
    const next = Math.max(0, Math.min(count - 1, at + by));
    client.selected.value = entries[next];
    const box = ref.current;
    if (!box) return;
    if (next * ROW < box.scrollTop) box.scrollTop = next * ROW;
    else if ((next + 1) * ROW > box.scrollTop + box.clientHeight) box.scrollTop = (next + 1) * ROW - box.clientHeight;
  };
  const choose = (event: MouseEvent) => {
    const row = event.target instanceof Element ? event.target.closest(".row") : null;
    const number = Number(row?.getAttribute("data-number"));
    const entry = entries.slice(first, last).find((one) => one.number === number);
    client.selected.value = entry === selected ? undefined : entry;
  };
  if (count === 0) return <Empty filtered={client.log.all.length > 0} />;
  return (
    <div class="log frames" ref={ref} onScroll={onScroll} data-count={count}>
      <div class="frames-space" style={{ height: `${count * ROW}px` }}>
        <div
          class="rows"
          role="listbox"
          tabIndex={0}
          aria-label="Frames"
          aria-activedescendant={selected && entries.includes(selected) ? idOf(selected) : undefined}
          style={{ transform: `translateY(${first * ROW}px)` }}
          onKeyDown={move}
          onClick={choose}
        >
          {entries.slice(first, last).map((entry, index) => (
            <Row
              key={entry.number}
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
  );
}

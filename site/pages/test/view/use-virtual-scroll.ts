import type { Signal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { type OpenDetail, type RowHeights, RowLayout } from "../model/row-layout.ts";

interface ScrollOptions {
  readonly count: number;
  /** Indices of the rows with an explanation, ascending. */
  readonly notes: readonly number[];
  /** Index of the row that shows its details. */
  readonly expanded: number | undefined;
  /** Changes with the log. */
  readonly version: number;
  readonly following: Signal<boolean>;
}

/** The heights in log.css, which depend on the width of the log. CSS pixels. */
function heightsIn(box: Element): RowHeights {
  const style = getComputedStyle(box);
  const pixels = (name: string) => Number.parseFloat(style.getPropertyValue(name));
  return { row: pixels("--row-height"), note: pixels("--note-height") };
}

/**
 * Scroll position and visible height in pixels, and where the rows are. The list follows the newest row until the user
 * scrolls away.
 */
export function useVirtualScroll({ count, notes, expanded, version, following }: ScrollOptions) {
  const ref = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const [height, setHeight] = useState(400);
  const [heights, setHeights] = useState<RowHeights>({ row: 30, note: 24 });
  const [detailHeight, setDetailHeight] = useState(0);
  const ownScroll = useRef<number | undefined>(undefined);
  const detail: OpenDetail | undefined = expanded === undefined ? undefined : { index: expanded, height: detailHeight };
  const layout = new RowLayout(count, notes, heights, detail);
  useLayoutEffect(() => {
    const box = ref.current;
    if (!box) return;
    if (following.value) {
      box.scrollTop = layout.height;
      ownScroll.current = box.scrollTop;
    }
    setTop(box.scrollTop);
  }, [count, version, height, heights, detailHeight, following.value]);
  useEffect(() => {
    const box = ref.current;
    if (!box) return undefined;
    const measure = () => {
      const { row, note } = heightsIn(box);
      setHeight(box.clientHeight);
      setHeights((old) => (old.row === row && old.note === note ? old : { row, note }));
    };
    measure();
    // After a resize the newest row must stay visible.
    const observer = new ResizeObserver(measure);
    observer.observe(box);
    return () => observer.disconnect();
  }, [count > 0]);
  const onScroll = () => {
    const box = ref.current;
    if (!box) return;
    setTop(box.scrollTop);
    // The event is late: rows added since then, or a new height, must not count as scrolling away.
    if (box.scrollTop !== ownScroll.current && box.clientHeight === height)
      following.value = box.scrollTop + box.clientHeight >= box.scrollHeight - heights.row;
  };
  /** Scrolls the minimum distance that shows the row. */
  const reveal = (index: number) => {
    const box = ref.current;
    if (!box) return;
    const start = layout.offsetOf(index);
    const end = Math.min(layout.offsetOf(index + 1), start + box.clientHeight);
    if (start < box.scrollTop) box.scrollTop = start;
    else if (end > box.scrollTop + box.clientHeight) box.scrollTop = end - box.clientHeight;
  };
  return { ref, top, height, layout, onScroll, reveal, rowHeight: heights.row, detailHeight, setDetailHeight };
}

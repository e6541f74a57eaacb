import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

/** Height of a row in CSS pixels; must match log.css. */
export const ROW = 28;

/** Scroll position and visible height in pixels. The list follows the newest row until the user scrolls away. */
export function useVirtualScroll(count: number, version: number) {
  const ref = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const [height, setHeight] = useState(ROW * 10);
  const [following, setFollowing] = useState(true);
  const own = useRef<number | undefined>(undefined);
  useLayoutEffect(() => {
    const box = ref.current;
    if (!box) return;
    setHeight(box.clientHeight);
    if (following) {
      box.scrollTop = count * ROW;
      own.current = box.scrollTop;
    }
    setTop(box.scrollTop);
  }, [count, version, height, following]);
  useEffect(() => {
    const box = ref.current;
    if (!box) return undefined;
    // After a resize the newest row must stay visible.
    const observer = new ResizeObserver(() => setHeight(box.clientHeight));
    observer.observe(box);
    return () => observer.disconnect();
  }, [count > 0]);
  const onScroll = () => {
    const box = ref.current;
    if (!box) return;
    setTop(box.scrollTop);
    // The event is late: rows added since then, or a new height, must not count as scrolling away.
    if (box.scrollTop !== own.current && box.clientHeight === height)
      setFollowing(box.scrollTop + box.clientHeight >= box.scrollHeight - ROW);
  };
  /** Scrolls the minimum distance that shows the row. */
  const reveal = (at: number) => {
    const box = ref.current;
    if (!box) return;
    if (at * ROW < box.scrollTop) box.scrollTop = at * ROW;
    else if ((at + 1) * ROW > box.scrollTop + box.clientHeight) box.scrollTop = (at + 1) * ROW - box.clientHeight;
  };
  return { ref, top, height, following, onScroll, reveal, follow: () => setFollowing(true) };
}

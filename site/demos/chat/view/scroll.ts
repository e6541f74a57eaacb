import type { RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

/** Pixels from the end at which a reader still follows what is said. */
const AT_END = 48;

export interface Anchor {
  /** Whether the reader is at the end. */
  isAtEnd: boolean;
  /** The first message on the screen, and how far below the upper edge it is. */
  ref: string | undefined;
  top: number;
}

export const messagesIn = (scroller: HTMLElement): HTMLElement[] => [
  ...scroller.querySelectorAll<HTMLElement>("[data-ref]"),
];

const topOf = (element: Element, scroller: Element): number =>
  element.getBoundingClientRect().top - scroller.getBoundingClientRect().top;

/** Remembers what the reader sees. */
export function takeAnchor(scroller: HTMLElement, anchor: Anchor): void {
  anchor.isAtEnd = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < AT_END;
  const first = messagesIn(scroller).find((one) => topOf(one, scroller) + one.offsetHeight > 0);
  anchor.ref = first?.dataset.ref;
  anchor.top = first ? topOf(first, scroller) : 0;
}

/** The messages whose end is on the screen, or that were before. */
export function seenIn(scroller: HTMLElement): readonly string[] {
  const end = scroller.clientHeight + 4;
  return messagesIn(scroller).flatMap((one) =>
    topOf(one, scroller) + one.offsetHeight <= end ? (one.dataset.ref ?? []) : [],
  );
}

/**
 * Keeps what the reader sees where it is, whatever comes in above, below or in between; a reader at the end of all messages follows them.
 * Not `overflow-anchor`, which Safari lacks.
 */
export function useAnchoredScroll(scroller: RefObject<HTMLElement | null>, follows: boolean, version: unknown): Anchor {
  const { current: anchor } = useRef<Anchor>({ isAtEnd: true, ref: undefined, top: 0 });
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const same =
      anchor.ref === undefined ? undefined : messagesIn(element).find(({ dataset }) => dataset.ref === anchor.ref);
    if (anchor.isAtEnd && follows) element.scrollTop = element.scrollHeight;
    else if (same) element.scrollTop += topOf(same, element) - anchor.top;
    takeAnchor(element, anchor);
  }, [version, follows]);
  // When the window or the composer changes its size, a reader at the end stays there.
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const observer = new ResizeObserver(() => {
      if (anchor.isAtEnd) element.scrollTop = element.scrollHeight;
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return anchor;
}

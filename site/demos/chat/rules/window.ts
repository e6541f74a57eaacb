/** Messages in the page at most, however many are loaded. */
export const IN_PAGE = 200;
/** Messages that are shown at first, and that come in when the reader gets to an end. */
export const AT_FIRST = 30;
export const STEP = 20;

/** Which of the loaded messages are in the page. It names the first one, because numbers change when older ones are loaded. */
export interface Window {
  /** Undefined: the newest ones. */
  readonly first: string | undefined;
  /** The newest message is in the page, and so will be the next ones. */
  readonly follows: boolean;
}

export const NEWEST: Window = { first: undefined, follows: true };

type Listed = readonly { readonly ref: string }[];

/** From `start`, before `end`. */
export function rangeOf({ first, follows }: Window, list: Listed): { readonly start: number; readonly end: number } {
  const found = first === undefined ? -1 : list.findIndex(({ ref }) => ref === first);
  const start = found < 0 ? Math.max(0, list.length - AT_FIRST) : found;
  if (follows) return { start: Math.max(start, list.length - IN_PAGE), end: list.length };
  return { start, end: Math.min(list.length, start + IN_PAGE) };
}

const from = (list: Listed, start: number, follows: boolean): Window => ({ first: list[start]?.ref, follows });

/** Older ones come in; the newest leave the page when there are too many. */
export function earlier(window: Window, list: Listed): Window {
  const { start } = rangeOf(window, list);
  const next = Math.max(0, start - STEP);
  return from(list, next, window.follows && list.length - next <= IN_PAGE);
}

export function later(window: Window, list: Listed): Window {
  const { start, end } = rangeOf(window, list);
  const next = Math.min(list.length, end + STEP);
  return from(list, Math.max(start, next - IN_PAGE), next === list.length);
}

/** That message is in the page, with some before it. */
export function around(ref: string, list: Listed): Window {
  const at = list.findIndex((one) => one.ref === ref);
  const start = Math.max(0, at - STEP / 2);
  return at < 0 ? NEWEST : from(list, start, list.length - start <= IN_PAGE);
}

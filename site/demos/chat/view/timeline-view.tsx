import { useEffect, useRef, useState } from "preact/hooks";
import type { ChatPlace } from "../net/place.ts";
import { continues, type Entry, MOST_ENTRIES } from "../rules/timeline.ts";
import { around, earlier, later, NEWEST, rangeOf, type Window } from "../rules/window.ts";
import { Message, type MessageActions } from "./message.tsx";
import { messagesIn, seenIn, takeAnchor, useAnchoredScroll } from "./scroll.ts";
import { dayText, isSameDay } from "./time.ts";

/** Pixels from an end at which more messages come in. */
const NEAR = 250;

interface TimelineProps {
  readonly place: ChatPlace;
  readonly actions: MessageActions;
  readonly tags: ReadonlyMap<string, string>;
  readonly nameOf: (author: string) => string;
  /** A message to bring into view. */
  readonly target: { readonly ref: string } | undefined;
}

/** What the top of the timeline says: whether there is more, and who keeps it. */
function Beginning({ place }: { readonly place: ChatPlace }) {
  const { session, conversation } = place;
  const { hasOlder, isLoading } = session.kind === "room" ? session.room : session.direct;
  if (isLoading.value) return <p class="chat-notice muted small">Loading…</p>;
  if (hasOlder.value) return null;
  if (conversation.entries.value.length >= MOST_ENTRIES)
    return <p class="chat-notice muted small">{`This page holds ${MOST_ENTRIES} messages, which is the most.`}</p>;
  if (session.kind === "direct")
    return (
      <p class="chat-notice muted small">
        Only this browser keeps these messages, and theirs. The relay cannot read them.
      </p>
    );
  return (
    <p class="chat-notice muted small">
      {conversation.isKept.value === false
        ? "This relay keeps nothing in this room. You see what was said while this browser was here; it keeps that, and newcomers see nothing. To change it, start the relay with --keep 'hub:chat*'."
        : "Here the room begins, as far as the relay keeps it."}
    </p>
  );
}

/** The messages in the page, at most 200 of those that are loaded. */
function Messages({ shown, props }: { readonly shown: readonly Entry[]; readonly props: TimelineProps }) {
  const { place, actions, tags, nameOf } = props;
  const divider = place.reading.divider.value;
  return (
    <>
      {shown.map((entry, at) => {
        const before = shown[at - 1];
        const isNewDay = before === undefined || !isSameDay(before.at, entry.at);
        return (
          <div key={entry.ref} class="chat-row">
            {isNewDay ? (
              <p class="chat-day muted small">
                <span>{dayText(entry.at)}</span>
              </p>
            ) : null}
            {entry.ref === divider ? (
              <p class="chat-new small">
                <span>New</span>
              </p>
            ) : null}
            <Message
              {...{ entry, actions, tags, nameOf }}
              continues={!isNewDay && entry.ref !== divider && continues(entry, before)}
              conversation={place.conversation}
            />
          </div>
        );
      })}
    </>
  );
}

/** Moves the focus to the message before or after. */
function moveFocus(event: KeyboardEvent, scroller: HTMLElement): void {
  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (step === undefined || !(event.target instanceof HTMLElement)) return;
  const messages = messagesIn(scroller).filter(({ tabIndex, localName }) => localName === "article" && tabIndex === -1);
  const at = messages.findIndex((one) => one.contains(document.activeElement));
  const next = at < 0 ? messages.at(-1) : messages[at + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
  next.scrollIntoView({ block: "nearest" });
}

/** Sees what is on the screen whenever that may have changed, in front of somebody. */
function useSeeing(see: () => void, entries: readonly Entry[]): void {
  useEffect(() => {
    see();
    addEventListener("focus", see);
    document.addEventListener("visibilitychange", see);
    return () => {
      removeEventListener("focus", see);
      document.removeEventListener("visibilitychange", see);
    };
  }, [entries]);
}

/** It has its place in the order: what waits to be sent is behind everything for the time being. */
const isSettled = (entry: Entry | undefined): boolean =>
  entry !== undefined && (!entry.sending || entry.sending.kind === "sent");

/** Loads and shows more at the ends. Returns the window that follows, if it is another one. */
function moved(element: HTMLElement, window: Window, entries: readonly Entry[], isAtEnd: boolean): Window | undefined {
  const { start, end } = rangeOf(window, entries);
  const isAtNewest = end === entries.length;
  if (element.scrollTop < NEAR && start > 0) return earlier(window, entries);
  if (!isAtNewest && element.scrollHeight - element.scrollTop - element.clientHeight < NEAR)
    return later(window, entries);
  // A reader further up stays there, however many new messages come.
  const follows = isAtEnd && isAtNewest;
  return window.first === undefined || window.follows !== follows ? { first: entries[start]?.ref, follows } : undefined;
}

function useTimeline({ place, target }: TimelineProps) {
  const { conversation, reading, session } = place;
  const scroller = useRef<HTMLDivElement>(null);
  const entries = conversation.entries.value;
  const [window, setWindow] = useState<Window>(NEWEST);
  const { start, end } = rangeOf(window, entries);
  const isAtNewest = end === entries.length;
  const anchor = useAnchoredScroll(scroller, isAtNewest, `${entries.length} ${start} ${end} ${entries.at(-1)?.ref}`);
  const see = () => {
    const element = scroller.current;
    if (!element) return;
    takeAnchor(element, anchor);
    if (document.hidden || !document.hasFocus()) return;
    const last = seenIn(element).findLast((ref) => isSettled(conversation.find(ref)));
    const seen = last === undefined ? undefined : conversation.find(last);
    if (seen) reading.saw(seen);
  };
  const onScroll = () => {
    const element = scroller.current;
    if (!element) return;
    see();
    const next = moved(element, window, entries, anchor.isAtEnd);
    if (next) setWindow(next);
    const room = session.kind === "room" ? session.room : undefined;
    if (element.scrollTop < NEAR && start === 0 && room?.hasOlder.peek() && !room.isLoading.peek())
      void room.loadOlder().then(() => setWindow((now) => earlier(now, conversation.entries.peek())));
  };
  /** Shows that message, and something of it in the middle. */
  const goTo = (ref: string, part: (element: HTMLElement) => HTMLElement | null | undefined) => {
    anchor.isAtEnd = false;
    setWindow(around(ref, conversation.entries.peek()));
    requestAnimationFrame(() => scroller.current && part(scroller.current)?.scrollIntoView({ block: "center" }));
  };
  const goToEnd = () => {
    anchor.isAtEnd = true;
    setWindow(NEWEST);
    requestAnimationFrame(() => scroller.current?.scrollTo(0, scroller.current.scrollHeight));
  };
  useEffect(() => {
    // Where the reader stopped, with what came before it.
    const divider = reading.divider.peek();
    if (divider !== undefined) goTo(divider, (element) => element.querySelector<HTMLElement>(".chat-new"));
  }, [reading.divider.value]);
  useEffect(() => {
    if (target) goTo(target.ref, (element) => messagesIn(element).find(({ dataset }) => dataset.ref === target.ref));
  }, [target]);
  useSeeing(see, entries);
  // A reader who got to the end while more was being loaded, or whose screen is not full, need not scroll again.
  const isLoading = session.kind === "room" && session.room.isLoading.value;
  useEffect(onScroll, [isLoading, entries.length]);
  return { scroller, shown: entries.slice(start, end), anchor, onScroll, goToEnd, isAtNewest };
}

export function TimelineView(props: TimelineProps) {
  const { place } = props;
  const { scroller, shown, anchor, onScroll, goToEnd, isAtNewest } = useTimeline(props);
  const unread = place.reading.unread.value;
  const isBehind = !isAtNewest || (unread > 0 && !anchor.isAtEnd);
  return (
    <div class="chat-timeline">
      <div
        class="chat-scroller"
        ref={scroller}
        role="log"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it.
        tabIndex={0}
        aria-label="Messages"
        // Older messages that come in above are not news.
        aria-live={isAtNewest && anchor.isAtEnd ? "polite" : "off"}
        onScroll={onScroll}
        onKeyDown={(event) => scroller.current && moveFocus(event, scroller.current)}
      >
        <div class="chat-column">
          <Beginning place={place} />
          <Messages shown={shown} props={props} />
        </div>
      </div>
      {isBehind ? (
        <button type="button" class="button small chat-to-end" onClick={goToEnd}>
          {unread > 0 ? `${unread} new ↓` : "To the newest ↓"}
        </button>
      ) : null}
    </div>
  );
}

import { useEffect, useRef, useState } from "preact/hooks";
import type { Wall } from "../net/wall.ts";
import type { WallApp } from "../net/wall-app.ts";
import type { ListedAlarm } from "../rules/alarm-book.ts";
import { kioskLayout } from "../rules/kiosk-layout.ts";
import { AlarmCounts } from "./alarm-list.tsx";
import { Fields, useArranged } from "./fields.tsx";
import { Mark } from "./mark.tsx";
import type { Painter } from "./painter.ts";

/** How long each page shows if not all instruments fit on one, ms. */
const PAGE = 15_000;
/** How long the pointer and the button show after the last movement, ms. */
const POINTER = 3_000;
/** Alarms in the line at the bottom. */
const ALARMS = 4;

/** Keeps the screen on. Browsers take the lock back when the page is hidden, and do not give it to pages of plain HTTP. */
function useWakeLock(): void {
  useEffect(() => {
    let lock: WakeLockSentinel | undefined;
    let isOver = false;
    const ask = async () => {
      if (document.visibilityState !== "visible" || !("wakeLock" in navigator)) return;
      try {
        lock = await navigator.wakeLock.request("screen");
        if (isOver) await lock.release();
      } catch {
        // A battery that is low, or an operator's policy.
      }
    };
    void ask();
    document.addEventListener("visibilitychange", ask);
    return () => {
      isOver = true;
      document.removeEventListener("visibilitychange", ask);
      lock?.release().catch(() => {});
    };
  }, []);
}

/** Whether somebody has moved the pointer or pressed a key lately. */
function useActivity(): boolean {
  const [isActive, setActive] = useState(true);
  useEffect(() => {
    let timer = setTimeout(() => setActive(false), POINTER);
    const act = () => {
      setActive(true);
      clearTimeout(timer);
      timer = setTimeout(() => setActive(false), POINTER);
    };
    for (const type of ["pointermove", "pointerdown", "keydown"]) addEventListener(type, act);
    return () => {
      clearTimeout(timer);
      for (const type of ["pointermove", "pointerdown", "keydown"]) removeEventListener(type, act);
    };
  }, []);
  return isActive;
}

/** The size of an element, after each change. */
function useSize() {
  const ref = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState({ width: innerWidth, height: innerHeight - 96 });
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => {
      if (entry) setSize({ width: entry.contentRect.width, height: entry.contentRect.height });
    });
    if (ref.current) observer.observe(ref.current);
    return () => observer.disconnect();
  }, []);
  return { ref, size };
}

const timeText = () => new Date().toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });

/** A number that counts up every so often. */
function useCount(milliseconds: number): number {
  const [count, setCount] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setCount((now) => now + 1), milliseconds);
    return () => clearInterval(timer);
  }, [milliseconds]);
  return count;
}

function AlarmLine({ wall, alarms }: { readonly wall: Wall; readonly alarms: readonly ListedAlarm[] }) {
  const shown = alarms.filter(({ isShelved }) => !isShelved);
  if (shown.length === 0) return <p class="kiosk-alarms muted">No alarms</p>;
  return (
    <ul class="kiosk-alarms">
      {shown.slice(0, ALARMS).map(({ key, id, priority, acknowledged, text }) => (
        <li key={key}>
          <Mark priority={priority} isFilled={!acknowledged} />
          <strong>
            <bdi>{wall.byId(id)?.announcement.title ?? id}</bdi>
          </strong>
          <span>{text}</span>
        </li>
      ))}
      {shown.length > ALARMS ? <li>{`and ${shown.length - ALARMS} more`}</li> : null}
    </ul>
  );
}

/** The wall on a screen of its own: all instruments, as large as they fit, without anything to press. */
export function Kiosk({
  app,
  wall,
  painter,
}: {
  readonly app: WallApp;
  readonly wall: Wall;
  readonly painter: Painter;
}) {
  useWakeLock();
  const isActive = useActivity();
  const turn = useCount(PAGE);
  useCount(1_000);
  const { ref, size } = useSize();
  const { instruments, alarmsOf } = useArranged(app, wall);
  const layout = kioskLayout(instruments.length, size.width, size.height);
  const perPage = layout.columns * layout.rows;
  const page = turn % layout.pages;
  const shown = instruments.slice(page * perPage, (page + 1) * perPage);
  const online = instruments.filter(({ liveness }) => liveness !== "offline").length;
  useEffect(() => {
    const leave = ({ key }: KeyboardEvent) => {
      if (key === "Escape") app.leaveKiosk();
    };
    addEventListener("keydown", leave);
    return () => removeEventListener("keydown", leave);
  }, [app]);
  return (
    <main class={isActive ? "kiosk" : "kiosk resting"} id="main" tabIndex={-1}>
      <header>
        <h1>Instruments</h1>
        <p class="wall-counts">
          <span class="inst-value">{online}</span>
          {` of ${instruments.length} online`}
        </p>
        <AlarmCounts alarms={wall.alarms.value} />
        {wall.connection.state.value === "ready" ? null : <span class="badge warn">Not connected</span>}
        {layout.pages > 1 ? <span class="muted">{`${page + 1} / ${layout.pages}`}</span> : null}
        <time class="inst-value">{timeText()}</time>
        <button type="button" class="button small" onClick={() => app.leaveKiosk()}>
          Leave
        </button>
      </header>
      <div
        class="kiosk-fields"
        ref={ref}
        style={{ "--columns": String(layout.columns), "--rows": String(layout.rows) }}
      >
        <Fields {...{ app, wall, painter, alarmsOf }} instruments={shown} isSmall={layout.isSmall} />
      </div>
      <AlarmLine wall={wall} alarms={wall.alarms.value} />
    </main>
  );
}

import { useEffect, useRef } from "preact/hooks";
import { positionOf, type Range, stepped, turnOf, valueAfterKey, valueAt } from "../rules/scale.ts";

/** Degrees of the whole scale; it is open at the bottom. */
const SWEEP = 270;
const TICKS = 31;
const RADIUS = { arc: 52, tickFrom: 55, tickTo: 59, top: 42 };

/** A point on a circle around the middle of the knob; 0° is up. */
function point(degrees: number, radius: number): string {
  const angle = (degrees * Math.PI) / 180;
  return `${(60 + radius * Math.sin(angle)).toFixed(2)} ${(60 - radius * Math.cos(angle)).toFixed(2)}`;
}

const degreesOf = (position: number): number => (position - 0.5) * SWEEP;

const ticks = Array.from({ length: TICKS }, (_, at) => {
  const degrees = degreesOf(at / (TICKS - 1));
  const isLong = at % 5 === 0;
  return `M${point(degrees, RADIUS.tickFrom)}L${point(degrees, RADIUS.tickTo + (isLong ? 1 : -1.5))}`;
}).join("");

function arc(position: number): string {
  const [from, to] = [degreesOf(0), degreesOf(position)];
  const isLarge = to - from > 180 ? 1 : 0;
  return `M${point(from, RADIUS.arc)}A${RADIUS.arc} ${RADIUS.arc} 0 ${isLarge} 1 ${point(to, RADIUS.arc)}`;
}

export interface KnobProps {
  readonly label: string;
  readonly range: Range;
  readonly value: number;
  /** For screen readers, with the unit. */
  readonly valueText: string;
  readonly isPending: boolean;
  /** Somebody else is in control: it shows, and cannot be turned. */
  readonly isLocked: boolean;
  /** What an arrow key changes, as a power of ten. */
  readonly digit: number;
  readonly size: "large" | "normal" | "small";
  readonly onTurn: (value: number) => void;
  /** A digit was typed on the knob. */
  readonly onType: (text: string) => void;
}

/** Turning by dragging up and down. The position has more digits than the value, so that a slow drag also moves it. */
function useDrag({ range, value, isLocked, onTurn }: KnobProps) {
  const drag = useRef<{ position: number; y: number } | undefined>(undefined);
  return {
    onPointerDown(event: PointerEvent) {
      if (event.button !== 0 || !(event.currentTarget instanceof Element)) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      drag.current = { position: positionOf(range, value), y: event.clientY };
    },
    onPointerMove({ clientY, shiftKey }: PointerEvent) {
      const { current } = drag;
      if (!current) return;
      const turned = current.position + turnOf(range, current.y - clientY, shiftKey);
      // Not beyond the ends: turning back has an effect at once.
      drag.current = { position: Math.max(0, Math.min(1, turned)), y: clientY };
      if (current.y === clientY) return;
      // A locked knob reports the attempt, so that the page can say who is in control.
      onTurn(isLocked ? value : valueAt(range, drag.current.position, shiftKey));
    },
    onPointerUp() {
      drag.current = undefined;
    },
    onPointerCancel() {
      drag.current = undefined;
    },
  };
}

/** The wheel turns a knob that has the focus, and scrolls the page otherwise. */
function useWheel({ range, value, digit, onTurn }: KnobProps) {
  const ref = useRef<HTMLDivElement>(null);
  const latest = useRef({ range, value, digit, onTurn });
  latest.current = { range, value, digit, onTurn };
  useEffect(() => {
    const element = ref.current;
    const onWheel = (event: WheelEvent) => {
      if (document.activeElement !== element) return;
      event.preventDefault();
      const now = latest.current;
      // With Shift, browsers turn the wheel sideways.
      const down = event.deltaY || event.deltaX;
      const size = event.shiftKey ? Math.max(now.digit / 10, now.range.step) : now.digit;
      if (down !== 0) now.onTurn(stepped(now.range, now.value, down < 0 ? 1 : -1, size));
    };
    element?.addEventListener("wheel", onWheel, { passive: false });
    return () => element?.removeEventListener("wheel", onWheel);
  }, []);
  return ref;
}

/** A knob: a slider for keyboards and screen readers. */
export function Knob(props: KnobProps) {
  const { label, range, value, valueText, isPending, isLocked, digit, size, onTurn, onType } = props;
  const position = positionOf(range, value);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (/^[\d.,+-]$/.test(event.key) || event.key === "Enter") {
      event.preventDefault();
      onType(event.key === "Enter" ? "" : event.key);
      return;
    }
    const next = valueAfterKey(range, value, event, digit);
    if (next === undefined) return;
    event.preventDefault();
    onTurn(next);
  };
  return (
    <div
      ref={useWheel(props)}
      class={`knob ${size}${isPending ? " pending" : ""}${isLocked ? " locked" : ""}`}
      role="slider"
      tabIndex={0}
      aria-label={label}
      aria-valuemin={range.min}
      aria-valuemax={range.max}
      aria-valuenow={value}
      aria-valuetext={valueText}
      aria-disabled={isLocked}
      aria-orientation="vertical"
      onKeyDown={onKeyDown}
      {...useDrag(props)}
    >
      <svg viewBox="0 0 120 120" aria-hidden="true">
        <path class="knob-ticks" d={ticks} />
        <path class="knob-track" d={arc(1)} />
        {position > 0.001 ? <path class="knob-arc" d={arc(position)} /> : null}
        <circle class="knob-edge" cx="60" cy="60" r={RADIUS.top} />
        <circle class="knob-top" cx="60" cy="60" r={RADIUS.top - 5} />
        <path
          class="knob-pointer"
          d={`M${point(degreesOf(position), RADIUS.top - 20)}L${point(degreesOf(position), RADIUS.top - 7)}`}
        />
      </svg>
    </div>
  );
}

import { useRef } from "preact/hooks";
import type { Scope } from "../scope.ts";
import type { Painter } from "./painter.ts";
import { type Plot, valueAtY, yOf } from "./plot.ts";

/** How far from a line a pointer still takes it, CSS pixels. */
const REACH = 12;

type Target =
  | { readonly kind: "x" | "y"; readonly index: 0 | 1 }
  | { readonly kind: "ground"; readonly channel: number }
  | { readonly kind: "level" | "position" };

interface Point {
  readonly x: number;
  readonly y: number;
}

const part = (value: number): number => Math.max(0, Math.min(1, value));

/** What is under the pointer: a mark at the edge, or a cursor. */
function targetAt(scope: Scope, plot: Plot, { x, y }: Point): Target | undefined {
  const { cursors, channels, display } = scope.options.peek();
  const axes = scope.axes();
  const isNear = (value: number, other: number) => Math.abs(value - other) <= REACH;
  const withX = cursors.mode === "time" || cursors.mode === "both";
  const withY = cursors.mode === "voltage" || cursors.mode === "both";
  if (display === "time") {
    if (x < plot.left) {
      const channel = axes.channels.findIndex((scale, at) => channels[at] && isNear(y, yOf(plot, scale, 0)));
      return channel < 0 ? undefined : { kind: "ground", channel };
    }
    if (x > plot.left + plot.width) return { kind: "level" };
    if (y < plot.top && isNear(x, plot.left + plot.width * axes.position)) return { kind: "position" };
  }
  for (const index of [1, 0] as const) {
    if (withX && isNear(x, plot.left + plot.width * cursors.x[index])) return { kind: "x", index };
    if (withY && isNear(y, plot.top + plot.height * cursors.y[index])) return { kind: "y", index };
  }
  return undefined;
}

/** Rounded to a fiftieth of a division, as a knob would do. */
const rounded = (value: number, range: number): number =>
  Number((Math.round((value / range) * 50) * (range / 50)).toPrecision(6));

const replaced = ([one, other]: readonly [number, number], index: 0 | 1, value: number): [number, number] =>
  index === 0 ? [value, other] : [one, value];

function drag(scope: Scope, plot: Plot, target: Target, { x, y }: Point): void {
  const axes = scope.axes();
  const { cursors } = scope.options.peek();
  switch (target.kind) {
    case "x":
      scope.change({
        cursors: { ...cursors, x: replaced(cursors.x, target.index, part((x - plot.left) / plot.width)) },
      });
      break;
    case "y":
      scope.change({
        cursors: { ...cursors, y: replaced(cursors.y, target.index, part((y - plot.top) / plot.height)) },
      });
      break;
    case "ground": {
      const scale = axes.channels[target.channel];
      // The volts at the centre are how far 0 V is below it.
      if (scale) {
        const centre = -valueAtY(plot, { range: scale.range, centre: 0 }, y);
        scope.source.change({ [`offset-${target.channel + 1}`]: rounded(centre, scale.range) });
      }
      break;
    }
    case "level": {
      const scale = axes.channels[axes.trigger.source];
      if (scale) scope.source.change({ "trigger-level": rounded(valueAtY(plot, scale, y), scale.range) });
      break;
    }
    case "position":
      if ("trigger-position" in scope.source.limits.peek())
        scope.source.change({ "trigger-position": Math.round(part((x - plot.left) / plot.width) * 100) / 100 });
      break;
  }
}

const CURSORS: Readonly<Record<Target["kind"], string>> = {
  x: "ew-resize",
  position: "ew-resize",
  y: "ns-resize",
  ground: "ns-resize",
  level: "ns-resize",
};

const pointOf = (event: PointerEvent): Point => ({ x: event.offsetX, y: event.offsetY });

/** Handlers for the canvas: marks and cursors are moved by dragging. */
export function usePointers(scope: Scope, painter: Painter | undefined) {
  const dragged = useRef<Target | undefined>(undefined);
  const find = (event: PointerEvent) => painter && targetAt(scope, painter.plot, pointOf(event));
  const end = () => {
    dragged.current = undefined;
  };
  return {
    onPointerDown(event: PointerEvent) {
      const target = find(event);
      if (!target || !(event.currentTarget instanceof Element)) return;
      event.preventDefault();
      event.currentTarget.setPointerCapture(event.pointerId);
      dragged.current = target;
    },
    onPointerMove(event: PointerEvent) {
      const { current } = dragged;
      if (current && painter) drag(scope, painter.plot, current, pointOf(event));
      else if (event.currentTarget instanceof HTMLElement) {
        const target = find(event);
        event.currentTarget.style.cursor = target ? CURSORS[target.kind] : "";
      }
    },
    onPointerUp: end,
    onPointerCancel: end,
  };
}

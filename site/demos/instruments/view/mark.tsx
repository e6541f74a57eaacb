import type { Priority } from "../rules/alarm.ts";

const SHAPES: Readonly<Record<Priority, string>> = {
  1: "M2 2h16v16H2Z",
  2: "M10 1.5 19 18H1Z",
  3: "M10 1.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17Z",
};
export const PRIORITY_NAMES: Readonly<Record<Priority, string>> = { 1: "Critical", 2: "Warning", 3: "Notice" };

/** Shape, number and colour of a priority: filled until it is acknowledged. */
export const Mark = ({ priority, isFilled }: { readonly priority: Priority; readonly isFilled: boolean }) => (
  <svg class={`mark priority-${priority}${isFilled ? " filled" : ""}`} viewBox="0 0 20 20" role="img">
    <title>{PRIORITY_NAMES[priority]}</title>
    <path d={SHAPES[priority]} />
    <text x="10" y={priority === 2 ? 16 : 14.6} text-anchor="middle">
      {priority}
    </text>
  </svg>
);

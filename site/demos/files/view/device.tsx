import type { DeviceKind } from "@achex/files";

/** Outlines on a square of 48 units. */
const SHAPES: Readonly<Record<DeviceKind, string>> = {
  computer: "M8 9h32v22H8ZM3 38h42M20 31v7m8-7v7",
  phone: "M15 4h18v40H15Zm6 34h6",
  terminal: "M5 8h38v32H5Zm6 9 6 6-6 6m10 1h10",
};

interface DeviceProps {
  readonly kind: DeviceKind;
  readonly name: string;
  readonly note?: string;
}

export const Device = ({ kind, name, note }: DeviceProps) => (
  <span class="device">
    <svg viewBox="0 0 48 48" aria-hidden="true">
      <path d={SHAPES[kind]} fill="none" stroke="currentColor" stroke-width="2" stroke-linejoin="round" />
    </svg>
    <strong>{name}</strong>
    {note ? <span class="muted small">{note}</span> : null}
  </span>
);

export type LineKind = "open" | "relay" | "direct" | "waiting";

const WORDS: Readonly<Record<LineKind, string>> = {
  open: "",
  relay: "relay",
  direct: "direct",
  waiting: "waiting",
};

/** How bytes travel between two devices, as a line and as a word. */
export const Line = ({ kind, flow }: { readonly kind: LineKind; readonly flow: "out" | "in" | "none" }) => (
  <span class={`line ${kind} flow-${flow}`}>
    <svg viewBox="0 0 200 24" preserveAspectRatio="none" aria-hidden="true">
      <path d="M0 12H200" />
    </svg>
    {kind === "relay" ? <span class="relay-mark" aria-hidden="true" /> : null}
    <span class="line-word small">{WORDS[kind]}</span>
  </span>
);

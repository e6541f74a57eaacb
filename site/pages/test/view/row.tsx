import { printable } from "@achex/server/printable";
import type { Entry } from "../model/entry.ts";
import { sizeText, timeText } from "../model/format.ts";
import { labelIn, labelOut } from "../model/frame-labels.ts";
import { rowSpans, type TextSpan } from "../model/frame-text.ts";
import { hexOf } from "../model/hex.ts";
import { TextSpans } from "./text-spans.tsx";

const HEX_BYTES = 48;

const arrows = { in: "←", out: "→", event: "·" } as const;
const spoken = { in: "received", out: "sent", event: "event" } as const;

function RowText({ entry }: { readonly entry: Entry }) {
  if (entry.kind === "event") return <>{printable(entry.text)}</>;
  if (entry.kind === "binary")
    return <>{`${hexOf(entry.bytes.subarray(0, HEX_BYTES))}${entry.bytes.length > HEX_BYTES ? "…" : ""}`}</>;
  const parts = rowSpans(entry.text, entry.direction === "in");
  const isStamp = ({ kind }: TextSpan) => kind === "stamp";
  // Separate elements, so that the stamp stays visible when a long frame is truncated.
  return (
    <>
      <span class="body">
        <TextSpans parts={parts.filter((part) => !isStamp(part))} />
      </span>
      <TextSpans parts={parts.filter(isStamp)} />
    </>
  );
}

function labelOf(entry: Entry): string {
  if (entry.kind === "event") return entry.code === undefined ? "" : `close ${entry.code}`;
  if (entry.kind === "binary") return "binary";
  return entry.direction === "in" ? labelIn(entry.text) : labelOut(entry.text);
}

/** How long the reply took. */
function Took({ entry }: { readonly entry: Entry }) {
  const answers = entry.kind === "text" ? entry.answers : undefined;
  if (!answers) return null;
  return (
    <span class="took" title="from question to answer">
      +{answers.milliseconds} ms
    </span>
  );
}

interface RowProps {
  readonly entry: Entry;
  readonly id: string;
  readonly position: number;
  readonly count: number;
  readonly chosen: boolean;
}

export function Row({ entry, id, position, count, chosen }: RowProps) {
  const tone = entry.kind === "event" ? entry.tone : "";
  return (
    <div
      id={id}
      role="option"
      class={`row ${entry.direction} ${tone}`}
      aria-selected={chosen}
      aria-posinset={position}
      aria-setsize={count}
      data-number={entry.number}
      tabIndex={-1}
    >
      <span class="arrow" aria-hidden="true">
        {arrows[entry.direction]}
      </span>
      <time>{timeText(entry.at)}</time>
      <code dir="ltr">
        <span class="visually-hidden">{spoken[entry.direction]} </span>
        <RowText entry={entry} />
      </code>
      <span class="label">{labelOf(entry)}</span>
      <span class="size">
        <Took entry={entry} /> {entry.kind === "event" ? "" : sizeText(entry.size)}
      </span>
    </div>
  );
}

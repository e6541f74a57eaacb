import { printable } from "@achex/server/printable";
import type { Entry } from "../model/entry.ts";
import { hexOf } from "../model/hex.ts";
import { type Part, rowParts } from "../model/pretty.ts";
import { labelIn, labelOut } from "../model/reading.ts";
import { sizeText, timeText } from "../model/sizes.ts";
import { Parts } from "./parts.tsx";

const HEX_BYTES = 48;

const arrows = { in: "←", out: "→", event: "·" } as const;
const spoken = { in: "received", out: "sent", event: "event" } as const;

function RowText({ entry }: { readonly entry: Entry }) {
  if (entry.kind === "event") return <>{printable(entry.text)}</>;
  if (entry.kind === "binary")
    return <>{`${hexOf(entry.bytes.subarray(0, HEX_BYTES))}${entry.bytes.length > HEX_BYTES ? "…" : ""}`}</>;
  const parts = rowParts(entry.text, entry.direction === "in");
  const isStamp = ({ kind }: Part) => kind === "stamp";
  // Apart, so that the stamp is seen where the rest of a long frame is cut off.
  return (
    <>
      <span class="body">
        <Parts parts={parts.filter((part) => !isStamp(part))} />
      </span>
      <Parts parts={parts.filter(isStamp)} />
    </>
  );
}

function labelOf(entry: Entry): string {
  if (entry.kind === "event") return entry.code === undefined ? "" : `close ${entry.code}`;
  if (entry.kind === "binary") return "binary";
  return entry.direction === "in" ? labelIn(entry.text) : labelOut(entry.text);
}

/** How long the answer took. */
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

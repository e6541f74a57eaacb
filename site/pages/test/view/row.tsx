import { printable } from "@achex/server/printable";
import type { ComponentChildren } from "preact";
import type { Entry } from "../model/entry.ts";
import { explanationOf, failureIn, hasNote, toneOf } from "../model/explanation.ts";
import { sizeText, timeText } from "../model/format.ts";
import { labelIn, labelOut } from "../model/frame-labels.ts";
import { statusText } from "../model/frame-status.ts";
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
  const spans = rowSpans(entry.text, entry.direction === "in");
  const isStamp = ({ kind }: TextSpan) => kind === "stamp";
  // Separate elements, so that the stamp stays visible when a long frame is truncated.
  return (
    <>
      <span class="body">
        <TextSpans parts={spans.filter((part) => !isStamp(part))} />
      </span>
      <TextSpans parts={spans.filter(isStamp)} />
    </>
  );
}

function labelOf(entry: Entry): string {
  if (entry.kind === "event") return entry.code === undefined ? "" : `code ${entry.code}`;
  if (entry.kind === "binary") return "binary";
  return entry.direction === "in" ? labelIn(entry.text) : labelOut(entry.text);
}

/** What became of a sent frame, the code of a received fault, or how long a reply took. */
function Status({ entry }: { readonly entry: Entry }) {
  if (entry.kind === "event") return <span class="status" />;
  if (entry.direction === "out") return <span class="status">{entry.status ? statusText(entry.status) : ""}</span>;
  if (entry.kind === "binary") return <span class="status" />;
  const failure = failureIn(entry.text);
  return (
    <span class="status">
      {failure === undefined ? "" : `Fault · ${failure} `}
      {entry.answers ? (
        <span class="took" title="time from request to reply">
          +{entry.answers.milliseconds} ms
        </span>
      ) : null}
    </span>
  );
}

/** What went wrong and what to do, on its own line. */
function Note({ entry }: { readonly entry: Entry }) {
  const explanation = explanationOf(entry);
  if (!explanation) return null;
  return (
    <span class="row-note">
      <span class="message">{printable(explanation.message)}</span> {printable(explanation.remedy)}
    </span>
  );
}

interface RowProps {
  readonly entry: Entry;
  readonly id: string;
  readonly position: number;
  readonly count: number;
  readonly chosen: boolean;
  readonly expanded: boolean;
  /** It belongs to an earlier connection. */
  readonly past: boolean;
  /** The details, if they are shown. */
  readonly children: ComponentChildren;
}

const isConnecting = (entry: Entry): boolean => entry.kind === "event" && entry.text.startsWith("connecting to");

export function Row({ entry, id, position, count, chosen, expanded, past, children }: RowProps) {
  const kind = `${isConnecting(entry) ? "connecting" : ""} ${hasNote(entry) ? "noted" : ""} ${past ? "past" : ""}`;
  const time = timeText(entry.at);
  return (
    <div
      id={id}
      role="treeitem"
      class={`row ${entry.direction} tone-${toneOf(entry)} ${kind}`}
      aria-selected={chosen}
      aria-expanded={expanded}
      aria-posinset={position}
      aria-setsize={count}
      data-number={entry.number}
      tabIndex={-1}
    >
      <div class="line">
        <span class="arrow" aria-hidden="true">
          {arrows[entry.direction]}
        </span>
        <time>
          {time.slice(0, -4)}
          <span class="fraction">{time.slice(-4)}</span>
        </time>
        <code dir="ltr" class={entry.kind === "event" ? "event" : "frame"}>
          <span class="visually-hidden">{spoken[entry.direction]} </span>
          <RowText entry={entry} />
        </code>
        <span class={hasNote(entry) ? "label explained" : "label"}>{labelOf(entry)}</span>
        <Status entry={entry} />
        <span class="size">{entry.kind === "event" ? "" : sizeText(entry.size)}</span>
        <Note entry={entry} />
      </div>
      {children}
    </div>
  );
}

import { faults } from "@achex/protocol";
import { printable } from "@achex/server/printable";
import { useState } from "preact/hooks";
import { closeInfo } from "../model/close-codes.ts";
import { type BinaryEntry, type Entry, type EventEntry, rawText, type TextEntry } from "../model/entry.ts";
import { explanationOf } from "../model/explanation.ts";
import { sizeText, timeText } from "../model/format.ts";
import { type FrameStatus, statusText, statusTone } from "../model/frame-status.ts";
import { frameSpans } from "../model/frame-text.ts";
import { hexLines } from "../model/hex.ts";
import { clockOffset } from "../model/reply-matcher.ts";
import type { Client } from "../state/client.ts";
import { KeptDetail } from "./kept-detail.tsx";
import { TextSpans } from "./text-spans.tsx";

const spoken = { in: "Received", out: "Sent", event: "Event" } as const;

/** Addresses to open in a tab, where the browser explains certificate errors. */
const LINK = /https:\/\/[^\s/]+\//;

/** Close codes that have their own section on /errors. */
const EXPLAINED = [1002, 1003, 1006, 1007, 1009, 4001, 4002, 4003, 4500];
const anchorOf = (code: number): string =>
  [1002, 1003, 1007].includes(code) ? "1002-1003-1007" : EXPLAINED.includes(code) ? String(code) : "closes";

/** Codes that have a section of their own on /errors. */
const hasPage = (code: string): boolean => Object.hasOwn(faults, code);

function EventBody({ entry }: { readonly entry: EventEntry }) {
  const { text, code, reason = "", advice } = entry;
  const link = LINK.exec(text)?.[0];
  // A failed connection attempt has no close frame, so its code means nothing.
  if (code === undefined || !text.startsWith("closed"))
    return (
      <p>
        {printable(text)}{" "}
        {link === undefined ? null : (
          <a href={link} target="_blank" rel="noreferrer">
            Open it in a tab
          </a>
        )}
      </p>
    );
  const { title, duty, advice: usual } = closeInfo(code, reason);
  return (
    <dl class="facts small">
      <dt>Close code</dt>
      <dd>
        <a href={`/errors#${anchorOf(code)}`}>{code}</a>, {title}
      </dd>
      <dt>Reason</dt>
      <dd>{reason === "" ? <span class="muted">none given</span> : <bdi>{printable(reason)}</bdi>}</dd>
      <dt>Reconnect</dt>
      <dd>
        {duty === "stop" ? "no" : "yes"}: {advice ?? usual}
      </dd>
    </dl>
  );
}

/** What became of a sent frame: the reason, the remedy and where it is documented. */
function StatusDetail({ entry }: { readonly entry: TextEntry | BinaryEntry }) {
  const { status } = entry;
  if (!status || entry.direction === "in") return null;
  const explanation = explanationOf(entry);
  const link = "code" in status && hasPage(String(status.code)) ? `/errors#${status.code}` : undefined;
  return (
    <p class={`outcome tone-${statusTone(status)}`}>
      <strong>{statusText(status)}.</strong>{" "}
      {explanation ? printable(`${explanation.message} ${explanation.remedy}`.trim()) : meanings[status.kind]}{" "}
      {link === undefined ? null : <a href={link}>About {status.kind === "dropped" ? "this reason" : "this fault"}</a>}
    </p>
  );
}

/** Shows which request a frame answers, and how long it took. */
function Answers({ entry }: { readonly entry: TextEntry }) {
  const { answers, text, at } = entry;
  if (!answers) return null;
  const lead = clockOffset(text, at, answers);
  const clock =
    lead === undefined
      ? ""
      : ` The server's clock is ${Math.abs(lead)} ms ${lead < 0 ? "behind" : "ahead of"} this machine's, ± ${Math.ceil(answers.milliseconds / 2)} ms.`;
  return (
    <p class="muted small">
      {`Reply to the request sent at ${timeText(answers.asked)}, ${answers.milliseconds} ms earlier.${clock}`}
    </p>
  );
}

/** The link of a fault. It must be a path on this site: received frames are untrusted. */
const EXPLANATION = /^\{.*"\$fault":\{.*"link":"(\/errors#[a-z0-9-]+)"/;

function FaultLink({ entry }: { readonly entry: TextEntry }) {
  const link = entry.direction === "in" ? EXPLANATION.exec(entry.text)?.[1] : undefined;
  return link === undefined ? null : (
    <p class="small">
      <a href={link}>About this fault</a>
    </p>
  );
}

const meanings: Readonly<Partial<Record<FrameStatus["kind"], string>>> = {
  pending: "The server has not reported yet.",
  delivered: "The server delivered the message to that many sessions.",
  done: "The server carried out the request.",
  unknown: "This server does not report what happens to a frame, or the connection ended before it did.",
};

function Body({ entry, pretty }: { readonly entry: Entry; readonly pretty: boolean }) {
  if (entry.kind === "event") return <EventBody entry={entry} />;
  if (entry.kind === "binary")
    return (
      <>
        <StatusDetail entry={entry} />
        <pre class="code">{hexLines(entry.bytes)}</pre>
      </>
    );
  return (
    <>
      <StatusDetail entry={entry} />
      <Answers entry={entry} />
      <FaultLink entry={entry} />
      <KeptDetail entry={entry} />
      <pre class="code" dir="ltr">
        <TextSpans parts={frameSpans(entry.text, entry.direction === "in", pretty)} />
      </pre>
    </>
  );
}

interface FormProps {
  readonly pretty: boolean;
  readonly onChoose: (pretty: boolean) => void;
}

function FormChoice({ pretty, onChoose }: FormProps) {
  return (
    <fieldset class="choice" aria-label="Form">
      <button type="button" class="button small" aria-pressed={pretty} onClick={() => onChoose(true)}>
        Pretty
      </button>
      <button type="button" class="button small" aria-pressed={!pretty} onClick={() => onChoose(false)}>
        Raw
      </button>
    </fieldset>
  );
}

interface DetailProps {
  readonly client: Client;
  readonly entry: Entry;
}

/** An entry in full, below its row. */
export function FrameDetail({ client, entry }: DetailProps) {
  const [pretty, setPretty] = useState(true);
  const edit = () => {
    client.draft.value = rawText(entry);
    client.binary.value = entry.kind === "binary";
    document.getElementById(`draft-${client.id}`)?.focus();
  };
  return (
    <section class="detail stack tight" aria-label={`Details of frame ${entry.number}`}>
      <div class="cluster apart">
        <p class="muted small">
          {spoken[entry.direction]} at {timeText(entry.at)}
          {entry.kind === "event" ? "" : `, ${sizeText(entry.size)}`}
        </p>
        <div class="cluster close">
          {entry.kind === "text" ? <FormChoice pretty={pretty} onChoose={setPretty} /> : null}
          <button type="button" class="button small" onClick={() => client.copy(entry)}>
            {client.copied.value === entry.number ? "Copied" : "Copy"}
          </button>
          {entry.kind === "event" ? null : (
            <button type="button" class="button small" onClick={edit}>
              Edit
            </button>
          )}
          <button type="button" class="button small" onClick={() => client.select(entry.number, false)}>
            Close
          </button>
        </div>
      </div>
      <Body entry={entry} pretty={pretty} />
    </section>
  );
}

import { printable } from "@achex/server/printable";
import { useState } from "preact/hooks";
import { closeInfo } from "../model/close-codes.ts";
import { type Entry, type EventEntry, rawText, type TextEntry } from "../model/entry.ts";
import { sizeText, timeText } from "../model/format.ts";
import { frameSpans } from "../model/frame-text.ts";
import { hexLines } from "../model/hex.ts";
import { clockOffset } from "../model/reply-matcher.ts";
import type { Client } from "../state/client.ts";
import { TextSpans } from "./text-spans.tsx";

const spoken = { in: "Received", out: "Sent", event: "Event" } as const;

/** Addresses to open in a tab, where the browser explains certificate errors. */
const LINK = /https:\/\/[^\s/]+\//;

/** Close codes that have their own section on /errors. */
const EXPLAINED = [1002, 1003, 1006, 1007, 1009, 4001, 4002, 4003, 4500];
const anchorOf = (code: number): string =>
  [1002, 1003, 1007].includes(code) ? "1002-1003-1007" : EXPLAINED.includes(code) ? String(code) : "closes";

function EventBody({ entry }: { readonly entry: EventEntry }) {
  const { text, code, reason = "" } = entry;
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
  const { title, advice, duty } = closeInfo(code, reason);
  return (
    <>
      <p>{printable(text.slice(0, text.indexOf(":")))}</p>
      <dl class="facts small">
        <dt>Code</dt>
        <dd>
          <a href={`/errors#${anchorOf(code)}`}>{code}</a>, {title}
        </dd>
        <dt>Reason</dt>
        <dd>{reason === "" ? <span class="muted">none given</span> : <bdi>{printable(reason)}</bdi>}</dd>
        <dt>Reconnect</dt>
        <dd>
          {duty}: {advice}
        </dd>
      </dl>
    </>
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
      : ` The server's clock is ${Math.abs(lead)} ms ${lead < 0 ? "behind" : "ahead of"} this machine's, give or take ${Math.ceil(answers.milliseconds / 2)} ms.`;
  return (
    <p class="muted small">
      {`Answers what was sent at ${timeText(answers.asked)}, ${answers.milliseconds} ms before.${clock}`}
    </p>
  );
}

/** The link of a fault. It must be a path on this site: received frames are untrusted. */
const EXPLANATION = /^\{.*"\$fault":\{.*"link":"(\/errors#[a-z0-9-]+)"/;

function FaultLink({ entry }: { readonly entry: TextEntry }) {
  const link = entry.direction === "in" ? EXPLANATION.exec(entry.text)?.[1] : undefined;
  return link === undefined ? null : (
    <p class="small">
      <a href={link}>What this fault means, and what to do</a>
    </p>
  );
}

function Body({ entry, pretty }: { readonly entry: Entry; readonly pretty: boolean }) {
  if (entry.kind === "event") return <EventBody entry={entry} />;
  if (entry.kind === "binary") return <pre class="code">{hexLines(entry.bytes)}</pre>;
  return (
    <>
      <Answers entry={entry} />
      <FaultLink entry={entry} />
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

/** The selected frame in full. */
export function FrameDetail({ client }: { readonly client: Client }) {
  const [pretty, setPretty] = useState(true);
  const entry = client.selected.value;
  if (!entry) return null;
  const edit = () => {
    client.draft.value = rawText(entry);
    client.binary.value = entry.kind === "binary";
    document.getElementById(`draft-${client.id}`)?.focus();
  };
  return (
    <section class="detail stack tight" aria-label={`Chosen frame of client ${client.id}`}>
      <div class="cluster apart">
        <p class="muted small">
          {spoken[entry.direction]} at {timeText(entry.at)}
          {entry.kind === "event" ? "" : `, ${sizeText(entry.size)}`}
        </p>
        <div class="cluster close">
          {entry.kind === "text" ? <FormChoice pretty={pretty} onChoose={setPretty} /> : null}
          <button type="button" class="button small" onClick={() => client.copy(entry)}>
            {client.copied.value === entry ? "Copied" : "Copy"}
          </button>
          {entry.kind === "event" ? null : (
            <button type="button" class="button small" onClick={edit}>
              Edit
            </button>
          )}
          <button
            type="button"
            class="button small"
            onClick={() => {
              client.selected.value = undefined;
            }}
          >
            Close
          </button>
        </div>
      </div>
      <Body entry={entry} pretty={pretty} />
    </section>
  );
}

import { printable } from "@achex/server/printable";
import { useState } from "preact/hooks";
import { closeMeaning } from "../model/close-meaning.ts";
import type { Entry } from "../model/entry.ts";
import { hexLines, hexOf } from "../model/hex.ts";
import { frameParts } from "../model/pretty.ts";
import { sizeText, timeText } from "../model/sizes.ts";
import type { Client } from "../state/client.ts";
import { Parts } from "./parts.tsx";

const spoken = { in: "Received", out: "Sent", event: "Event" } as const;

function Body({ entry, pretty }: { readonly entry: Entry; readonly pretty: boolean }) {
  if (entry.kind === "binary") return <pre class="code">{hexLines(entry.bytes)}</pre>;
  if (entry.kind === "event") {
    const advice = entry.code === undefined ? undefined : closeMeaning(entry.code, "").advice;
    return (
      <p>
        {printable(entry.text)}
        {advice === undefined || entry.text.includes(advice) ? "" : ` ${advice}`}
      </p>
    );
  }
  return (
    <pre class="code" dir="ltr">
      <Parts parts={frameParts(entry.text, entry.direction === "in", pretty)} />
    </pre>
  );
}

const rawOf = (entry: Entry): string => (entry.kind === "binary" ? hexOf(entry.bytes) : entry.text);

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

/** The chosen frame as a whole. */
export function FrameDetail({ client }: { readonly client: Client }) {
  const [pretty, setPretty] = useState(true);
  const [copied, setCopied] = useState<Entry | undefined>(undefined);
  const entry = client.selected.value;
  if (!entry) return null;
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(rawOf(entry));
      setCopied(entry);
    } catch {
      client.problem.value =
        "The browser does not let this page copy. Pages over plain http from another machine may not.";
    }
  };
  return (
    <section class="detail stack tight" aria-label={`Chosen frame of client ${client.id}`}>
      <div class="cluster apart">
        <p class="muted small">
          {spoken[entry.direction]} at {timeText(entry.at)}
          {entry.kind === "event" ? "" : `, ${sizeText(entry.size)}`}
        </p>
        <div class="cluster">
          {entry.kind === "text" ? <FormChoice pretty={pretty} onChoose={setPretty} /> : null}
          <button type="button" class="button small" onClick={copy}>
            {copied === entry ? "Copied" : "Copy"}
          </button>
          {entry.kind === "event" ? null : (
            <button
              type="button"
              class="button small"
              onClick={() => {
                client.draft.value = rawOf(entry);
                client.binary.value = entry.kind === "binary";
              }}
            >
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

import { useEffect, useId, useRef, useState } from "preact/hooks";
import type { OpenInstrument } from "../net/open-instrument.ts";
import type { ScpiLine } from "../net/scpi-line.ts";
import { examplesFor, typedForm } from "../rules/scpi-help.ts";

const MARKS = { sent: ">", answer: "", error: "!", note: "–" } as const;

/** The list of commands: those of this instrument, to be put into the line. */
function Commands({ headers, use }: { headers: readonly string[]; use: (text: string) => void }) {
  return (
    <details class="scpi-commands">
      <summary>{`Commands (${headers.length})`}</summary>
      <p class="muted small">
        Capital letters are the short form; parts in brackets may be left out. Several commands on one line are
        separated by <code>;</code>. <a href="/instruments#scpi">All of SCPI here</a>
      </p>
      <ul>
        {headers.map((header) => (
          <li key={header}>
            <button type="button" class="link-code" onClick={() => use(typedForm(header))}>
              <code>{header}</code>
            </button>
          </li>
        ))}
      </ul>
    </details>
  );
}

interface UsesLine {
  /** Puts a text into the line. */
  readonly use: (text: string) => void;
}

/** What was sent and came back, the newest at the bottom. */
function Log({ scpi, kind, use }: UsesLine & { readonly scpi: ScpiLine; readonly kind: string }) {
  const log = useRef<HTMLOListElement>(null);
  const lines = scpi.log.value;
  useEffect(() => {
    log.current?.scrollTo({ top: log.current.scrollHeight });
  }, [lines]);
  return (
    <>
      {/* cspell:ignore noninteractive */}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it. */}
      <ol ref={log} class="scpi-log" tabIndex={0} aria-live="polite" aria-label="Commands and answers">
        {lines.length === 0 ? (
          <li class="note">
            {"Type SCPI, for example "}
            {examplesFor(kind).map((example) => (
              <button key={example} type="button" class="link-code" onClick={() => use(example)}>
                <code>{example}</code>
              </button>
            ))}
          </li>
        ) : null}
        {lines.map(({ number, kind: what, text: line }) => (
          <li key={number} class={what}>
            <span aria-hidden="true">{MARKS[what]}</span>
            <code>{line}</code>
          </li>
        ))}
      </ol>
    </>
  );
}

/** The line of commands below an instrument, for those who prefer it to keys. */
export function ScpiConsole({ instrument, kind }: { readonly instrument: OpenInstrument; readonly kind: string }) {
  const { scpi } = instrument;
  const [text, setText] = useState("");
  const input = useRef<HTMLInputElement>(null);
  const id = useId();
  const use = (line: string) => {
    setText(line);
    input.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
    event.preventDefault();
    setText(scpi.recall(event.key === "ArrowUp" ? -1 : 1));
  };
  const onSubmit = (event: Event) => {
    event.preventDefault();
    void scpi.send(text);
    setText("");
  };
  return (
    <section class="scpi" aria-labelledby={id}>
      <h2 id={id}>Command line</h2>
      <Log scpi={scpi} kind={kind} use={use} />
      <form class="scpi-form" onSubmit={onSubmit}>
        <label>
          <span class="visually-hidden">SCPI command</span>
          <input
            ref={input}
            class="mono"
            value={text}
            maxLength={4_000}
            placeholder="*IDN?"
            autocomplete="off"
            autocapitalize="characters"
            spellcheck={false}
            onInput={({ currentTarget }) => setText(currentTarget.value)}
            onKeyDown={onKeyDown}
          />
        </label>
        <button type="submit" class="button">
          Send
        </button>
        <button type="button" class="button quiet" onClick={() => scpi.clear()}>
          Clear
        </button>
      </form>
      {scpi.headers.value.length > 0 ? <Commands headers={scpi.headers.value} use={use} /> : null}
    </section>
  );
}

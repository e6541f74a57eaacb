import type { Signal } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import { takesPrefix } from "../../shared/instruments/format.ts";
import type { OpenInstrument } from "../net/open-instrument.ts";
import { entryOf } from "../rules/readout.ts";
import type { Entry } from "./entry.ts";

/** Units that finish a number, as the keys next to the digits of an instrument do. */
function unitsFor({ unit, max, step }: Entry["limits"]): readonly string[] {
  if (!takesPrefix(unit)) return [unit];
  const prefixes = [
    ...(step < 1e-6 ? ["n"] : []),
    ...(step < 1e-3 ? ["µ"] : []),
    ...(step < 1 ? ["m"] : []),
    "",
    ...(max >= 1e3 ? ["k"] : []),
    ...(max >= 1e6 ? ["M"] : []),
  ];
  return prefixes.map((prefix) => prefix + unit);
}

interface EntryLineProps {
  readonly instrument: OpenInstrument;
  readonly entry: Signal<Entry | undefined>;
}

/** Ends an entry, by a unit or not at all. */
function useFinish({ instrument, entry, now }: EntryLineProps & { readonly now: Entry }) {
  const { name, limits } = now;
  const [problem, setProblem] = useState("");
  const close = () => {
    entry.value = undefined;
    if (now.returnTo instanceof HTMLElement) now.returnTo.focus();
  };
  const finish = (typed: string, unit: string) => {
    // A typed unit counts more than the key.
    const read = entryOf(limits, /[a-zµμΩ°%]\s*$/i.test(typed) ? typed : typed + unit);
    if ("problem" in read) {
      setProblem(read.problem);
      return;
    }
    if (!instrument.refuses(name)) instrument.settings.want(name, read.value);
    close();
  };
  return { problem, close, finish };
}

function EntryForm(props: EntryLineProps & { readonly now: Entry }) {
  const { now } = props;
  const input = useRef<HTMLInputElement>(null);
  const { problem, close, finish } = useFinish(props);
  useEffect(() => {
    input.current?.focus();
    // The caret is behind what was typed on the knob.
    input.current?.setSelectionRange(now.text.length, now.text.length);
  }, [now]);
  const finishWith = (unit: string) => finish(input.current?.value ?? "", unit);
  return (
    <form
      class="entry-line"
      onSubmit={(event) => {
        event.preventDefault();
        finishWith("");
      }}
      onKeyDown={(event) => {
        if (event.key === "Escape") close();
      }}
    >
      <label>
        <span>{now.limits.title}</span>
        <input
          ref={input}
          defaultValue={now.text}
          inputMode="decimal"
          autocomplete="off"
          spellcheck={false}
          aria-invalid={problem !== ""}
          aria-describedby="entry-problem"
        />
      </label>
      <span class="entry-units">
        {unitsFor(now.limits).map((unit) => (
          <button key={unit} type="button" class="key tiny" onClick={() => finishWith(unit)}>
            {unit || "Enter"}
          </button>
        ))}
        <button type="button" class="key tiny" onClick={close}>
          Cancel
        </button>
      </span>
      <p id="entry-problem" role="status" class="entry-problem">
        {problem}
      </p>
    </form>
  );
}

/** The lower edge of a screen: the line for numbers, or what the instrument refused last. */
export function EntryLine({ instrument, entry }: EntryLineProps) {
  const now = entry.value;
  const rejection = instrument.settings.rejection.value;
  if (now) return <EntryForm key={now.name} instrument={instrument} entry={entry} now={now} />;
  return (
    <p class="screen-message" role="status">
      {rejection ? <span key={rejection.number}>{rejection.text}</span> : null}
    </p>
  );
}

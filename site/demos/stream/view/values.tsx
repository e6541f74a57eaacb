import { useEffect, useState } from "preact/hooks";
import { valueText } from "./format.ts";
import { isDashed, penProperty } from "./pens.ts";
import type { PartsProps } from "./recorder.tsx";

/** Digits that change more often cannot be read, ms. */
const REFRESH = 250;

/** The last value of each series, or the one under the pointer; they are also its legend and the switch that hides it. */
export function Values({ stream: { model }, state }: PartsProps) {
  const [, refresh] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => refresh(model.version), REFRESH);
    return () => clearInterval(timer);
  }, [model]);
  const names = model.names.value;
  const { units } = model.about.value;
  const pointed = state.pointed.value;
  return (
    <ul class="stream-values" aria-label="Series and their last values">
      {names.map((name, series) => {
        const isShown = !state.hidden.has(series);
        return (
          <li key={name}>
            <button
              type="button"
              aria-pressed={isShown}
              title={isShown ? `Hide ${name}` : `Show ${name}`}
              onClick={() => state.toggle(series)}
              style={{ "--pen": `var(${penProperty(series)})` }}
            >
              <span class="stream-name">
                <svg viewBox="0 0 28 4" aria-hidden="true">
                  <path d="M0 2H28" stroke-dasharray={isDashed(series) ? "6 4" : undefined} />
                </svg>
                <span class="stream-pen">{series + 1}</span>
                <span>{name}</span>
              </span>
              <span class="stream-value">
                {valueText(pointed ? pointed.values[series] : model.latest[series])}
                <small>{units?.[name] ?? ""}</small>
              </span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}

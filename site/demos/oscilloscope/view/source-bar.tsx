import type { ScopeApp } from "../app.ts";
import { IntakeState } from "./intake-state.tsx";

/** Which instrument is shown, who watches, and how to get another one. */
export function SourceBar({ app }: { readonly app: ScopeApp }) {
  const scope = app.scope.value;
  const source = scope?.source;
  const microphone = app.microphone.value;
  const instruments = app.instruments.value;
  const chosen = source?.id ?? "";
  const isLocal = source !== undefined && source === microphone;
  const isListed = instruments.some(({ id }) => id === chosen) || isLocal || chosen === "";
  return (
    <section class="scope-source" aria-label="Source">
      <label class="scope-choice">
        <span>Instrument</span>
        <select value={chosen} onChange={({ currentTarget }) => app.choose(currentTarget.value)}>
          {chosen === "" ? <option value="">None</option> : null}
          {isListed ? null : <option value={chosen}>{`${chosen} (offline)`}</option>}
          {instruments.map(({ id, title, isAway, rivals }) => (
            <option key={id} value={id}>
              {`${title} · ${id}${isAway ? " (offline)" : ""}${rivals > 0 ? " (announced twice)" : ""}`}
            </option>
          ))}
          {microphone ? <option value={microphone.id}>Microphone of this page</option> : null}
        </select>
      </label>
      {source?.watchers.value === undefined ? null : (
        <span class="scope-watchers">{`${source.watchers.value} watching`}</span>
      )}
      {scope ? <IntakeState scope={scope} /> : null}
      {scope ? (
        <span class="scope-more">
          {isLocal ? (
            <button type="button" class="button small" onClick={() => void app.shareMicrophone()}>
              Share the microphone
            </button>
          ) : (
            <button type="button" class="button small" onClick={() => void app.listen()}>
              Microphone
            </button>
          )}
          <button type="button" class="button small" onClick={() => void app.simulate()}>
            Simulate a generator
          </button>
        </span>
      ) : null}
      {app.problem.value === "" ? null : (
        <p class="note bad" role="alert">
          {app.problem.value}
        </p>
      )}
    </section>
  );
}

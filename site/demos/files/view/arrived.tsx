import { useRef } from "preact/hooks";
import type { FilesApp } from "../app.ts";
import type { Sending } from "../storage/database.ts";
import { savedName } from "../storage/saving.ts";
import { pickedFiles } from "../storage/sources.ts";
import { contentsText, sizeText } from "./figures.ts";
import { Digest } from "./transfer-row.tsx";

const sum = (files: readonly { readonly size: number }[]) => files.reduce((all, { size }) => all + size, 0);

/** Files that are complete in this browser, until they are removed. */
export function Arrived({ app }: { readonly app: FilesApp }) {
  const received = app.arrivals.received.value;
  if (received.length === 0) return null;
  return (
    <section aria-labelledby="received" class="stack">
      <h2 id="received">Received</h2>
      <ul class="rows">
        {received.map((one) => (
          <li key={one.list} class="card received">
            <div class="transfer-head">
              <strong>{contentsText(one.files)}</strong>
              <span class="figures muted">{`${sizeText(sum(one.files))} from ${one.from}`}</span>
            </div>
            {one.digests.length === 1 ? <Digest digest={one.digests[0] ?? ""} /> : null}
            <div class="cluster">
              <button type="button" class="button small" onClick={() => app.arrivals.save(one)}>
                {`Save ${savedName(one)}`}
              </button>
              <button type="button" class="button small quiet" onClick={() => app.arrivals.remove(one)}>
                Remove from this browser
              </button>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

function InterruptedRow({ app, sending }: { readonly app: FilesApp; readonly sending: Sending }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <li class="card interrupted">
      <p>
        <strong>{contentsText(sending.files)}</strong>
        {` to ${sending.peer} was interrupted. `}
        {sending.handles.length > 0
          ? "It goes on where it was."
          : "Choose the same files again, and it goes on where it was."}
      </p>
      <div class="cluster">
        {sending.handles.length > 0 ? (
          <button type="button" class="button small primary" onClick={() => app.continueSending(sending)}>
            Continue
          </button>
        ) : (
          <button type="button" class="button small primary" onClick={() => input.current?.click()}>
            Choose again
          </button>
        )}
        <button type="button" class="button small quiet" onClick={() => app.dismiss(sending)}>
          Do not send
        </button>
      </div>
      <input
        ref={(found) => {
          input.current = found;
          if (found) found.webkitdirectory = sending.files.some(({ path }) => path.includes("/"));
        }}
        class="again-input"
        type="file"
        multiple
        hidden
        aria-label="The same files"
        onChange={({ currentTarget }) => {
          if (currentTarget.files?.length) void app.continueSending(sending, pickedFiles(currentTarget.files));
        }}
      />
    </li>
  );
}

/** What a reload interrupted on this side. */
export function Interrupted({ app }: { readonly app: FilesApp }) {
  const interrupted = app.interrupted.value;
  if (interrupted.length === 0) return null;
  return (
    <ul class="rows" aria-label="Interrupted">
      {interrupted.map((sending) => (
        <InterruptedRow key={sending.list} app={app} sending={sending} />
      ))}
    </ul>
  );
}

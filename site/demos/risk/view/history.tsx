import { type Signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { toFile } from "../net/save-file.ts";
import type { Session } from "../session.ts";
import { describe } from "./describe.ts";

/** Moves listed at once: the last ones before the one that is shown. */
const LINES = 60;
const REPLAY = 250;

export function download(session: Session): void {
  const url = URL.createObjectURL(new Blob([toFile(session.table.ledger)], { type: "application/json" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = `world-conquest-${session.table.room.code}.json`;
  link.click();
  URL.revokeObjectURL(url);
}

/** Plays the log on the board, a few moves per second. */
function useReplay({ table, watch }: Session): Signal<boolean> {
  const isPlaying = useSignal(false);
  useEffect(() => {
    if (!isPlaying.value) return;
    const timer = setInterval(() => {
      const next = (watch.scrub.peek() ?? 0) + 1;
      if (next >= table.length.peek()) isPlaying.value = false;
      watch.scrub.value = next >= table.length.peek() ? undefined : next;
    }, REPLAY);
    return () => clearInterval(timer);
  }, [isPlaying.value, isPlaying, watch, table]);
  return isPlaying;
}

function Scrubber({ session }: { readonly session: Session }) {
  const { table, watch } = session;
  const isPlaying = useReplay(session);
  const length = table.length.value;
  const at = watch.scrub.value ?? watch.shown.value;
  return (
    <div class="scrubber">
      <button
        type="button"
        class="button small"
        aria-label={isPlaying.value ? "Pause the replay" : "Replay"}
        onClick={() => {
          if (!isPlaying.value && watch.scrub.value === undefined) watch.scrub.value = 1;
          isPlaying.value = !isPlaying.value;
        }}
      >
        {isPlaying.value ? "❚❚" : "▶"}
      </button>
      <input
        type="range"
        min={1}
        max={Math.max(1, length)}
        value={at}
        aria-label="Move to show"
        onInput={(event) => {
          const value = Number(event.currentTarget.value);
          watch.scrub.value = value >= length ? undefined : value;
        }}
      />
      <output>
        {at}/{length}
      </output>
      {watch.scrub.value === undefined ? null : (
        <button
          type="button"
          class="button small"
          onClick={() => {
            isPlaying.value = false;
            watch.skip();
          }}
        >
          Now
        </button>
      )}
    </div>
  );
}

/** The whole game as a list, with a slider that shows any moment of it on the board. */
export function History({ session }: { readonly session: Session }) {
  const { table, watch } = session;
  // The list grows with the log.
  void table.length.value;
  const at = watch.scrub.value ?? watch.shown.value;
  const lines = table.ledger.steps
    .slice(Math.max(0, at - LINES * 2), at)
    .map((step) => ({ seq: step.game.seq, text: describe(step) }))
    .filter(({ text }) => text !== "")
    .slice(-LINES)
    .toReversed();
  return (
    <section class="history" aria-label="Moves">
      <Scrubber session={session} />
      <ol class="moves">
        {lines.map(({ seq, text }) => (
          <li key={seq}>{text}</li>
        ))}
      </ol>
      <button type="button" class="button small" onClick={() => download(session)}>
        Save game
      </button>
    </section>
  );
}

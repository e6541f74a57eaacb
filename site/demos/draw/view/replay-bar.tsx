import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { Replay } from "../rules/replay.ts";
import { Icon } from "./icons.tsx";
import type { Stage } from "./stage.ts";

/** ms for a whole replay: long enough to see, short enough to watch. */
const shownFor = (length: number): number => Math.min(30_000, Math.max(4_000, length * 8));

/** Shows how the drawing came about, from the empty paper on: plays, pauses, and moves to any moment. */
export function ReplayBar({ stage, close }: { readonly stage: Stage; readonly close: () => void }) {
  const replay = useMemo(() => new Replay(stage.session.board.logs, stage.session.picture.peek()), [stage]);
  const position = useSignal(0);
  const isPlaying = useSignal(true);
  useEffect(() => {
    let last = performance.now();
    let request = requestAnimationFrame(step);
    stage.fit();
    function step(now: number) {
      request = requestAnimationFrame(step);
      if (isPlaying.peek()) {
        position.value = Math.min(
          replay.length,
          position.peek() + ((now - last) / shownFor(replay.length)) * replay.length,
        );
        if (position.peek() >= replay.length) isPlaying.value = false;
      }
      last = now;
      stage.replay.value = replay.at(position.peek());
    }
    return () => {
      cancelAnimationFrame(request);
      stage.replay.value = undefined;
    };
  }, [stage, replay, position, isPlaying]);
  const toggle = () => {
    if (position.peek() >= replay.length) position.value = 0;
    isPlaying.value = !isPlaying.peek();
  };
  const seek = (event: Event) => {
    isPlaying.value = false;
    position.value = (Number((event.currentTarget as HTMLInputElement).value) / 1_000) * replay.length;
  };
  return (
    <section class="draw-tray draw-replay" aria-label="Replay">
      <button type="button" class="draw-mini" aria-label={isPlaying.value ? "Pause" : "Play"} onClick={toggle}>
        <Icon name={isPlaying.value ? "pause" : "play"} />
      </button>
      <input
        type="range"
        min="0"
        max="1000"
        aria-label="Moment of the replay"
        value={replay.length === 0 ? 0 : (position.value / replay.length) * 1_000}
        onInput={seek}
      />
      <button type="button" class="draw-mini" aria-label="End the replay" onClick={close}>
        <Icon name="close" />
      </button>
    </section>
  );
}

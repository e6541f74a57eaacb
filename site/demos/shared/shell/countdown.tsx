import { useEffect, useState } from "preact/hooks";
import type { AnyRoom } from "../app/any.ts";

/** Seconds until the round starts, large. */
export function Countdown({ room }: { readonly room: AnyRoom }) {
  const { at } = room.phase.value;
  const left = () => Math.max(1, Math.ceil((at - room.now()) / 1_000));
  const [seconds, setSeconds] = useState(left);
  useEffect(() => {
    const timer = setInterval(() => setSeconds(left()), 100);
    return () => clearInterval(timer);
  }, [at]);
  return (
    <div class="countdown" role="timer" aria-label={`The round starts in ${seconds} seconds`}>
      <span key={seconds} aria-hidden="true">
        {seconds}
      </span>
    </div>
  );
}

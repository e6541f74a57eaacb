import { useEffect, useRef } from "preact/hooks";
import { Courts } from "./courts.tsx";
import type { PongGame } from "./game.ts";

/** The court, and what lies over it. */
export function Play({ game }: { readonly game: PongGame }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => (canvas.current ? game.attach(canvas.current) : undefined), [game]);
  return (
    <div class="pong">
      <canvas
        ref={canvas}
        class="pong-court"
        role="img"
        aria-label="The court, seen from above. Your own side is on the left, or at the bottom of a narrow screen."
      />
      <Power game={game} />
      <Courts game={game} />
    </div>
  );
}

/** For fingers: keys and mouse buttons do the same. */
function Power({ game }: { readonly game: PongGame }) {
  if (!game.canArm.value) return null;
  const isArmed = game.isArmed.value;
  return (
    <button
      type="button"
      class={isArmed ? "pong-power armed" : "pong-power"}
      onClick={() => game.arm()}
      disabled={isArmed}
    >
      {isArmed ? "Power!" : "Power shot"}
    </button>
  );
}

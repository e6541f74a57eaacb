import { useLayoutEffect, useRef } from "preact/hooks";
import type { Sprite } from "./sprites.ts";

/** A sprite in the page, a whole number of times larger. Decoration: the text beside it says the same. */
export function Picture({ sprite, scale = 2 }: { readonly sprite: Sprite; readonly scale?: number }) {
  const ref = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    const context = ref.current?.getContext("2d");
    if (!context) return;
    context.clearRect(0, 0, sprite.width, sprite.height);
    context.drawImage(sprite, 0, 0);
  }, [sprite]);
  return (
    <span aria-hidden="true">
      <canvas
        ref={ref}
        class="lf-picture"
        width={sprite.width}
        height={sprite.height}
        style={{ width: `${sprite.width * scale}px`, height: `${sprite.height * scale}px` }}
      />
    </span>
  );
}

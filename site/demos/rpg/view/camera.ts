/** Share of the distance that the camera covers in one sixtieth of a second. */
const FOLLOW = 0.12;

export interface View {
  /** Pixels of the picture; the screen is `zoom` times larger. */
  readonly w: number;
  readonly h: number;
  readonly zoom: number;
}

/** Tiles that should fit on the shorter and the longer side: less is blind, more is tiny. */
const LEAST = { short: 10, long: 13 } as const;

/** Rest around a room that is shown whole, in pixels of the art. */
const AROUND = 24;

/** The largest whole zoom, in pixels of the display, that shows enough of the world; or the whole of a room. */
export function viewFor(
  width: number,
  height: number,
  ratio: number,
  room?: { readonly w: number; readonly h: number },
): View {
  const short = Math.min(width, height);
  const long = Math.max(width, height);
  const world = Math.min((short * ratio) / (LEAST.short * 16), (long * ratio) / (LEAST.long * 16), 3 * ratio);
  const whole = room
    ? Math.min((width * ratio) / (room.w + AROUND), (height * ratio) / (room.h + AROUND * 2), 5 * ratio)
    : 0;
  const zoom = Math.max(1, Math.floor(Math.max(world, whole))) / ratio;
  return { w: Math.ceil(width / zoom), h: Math.ceil(height / zoom), zoom };
}

/** Follows somebody softly, and never shows what is outside the map unless the map is smaller than the screen. */
export class Camera {
  #x = 0;
  #y = 0;
  #isSet = false;

  /** Left and top of the picture, in pixels of the map, with fractions. */
  at(view: View, map: { readonly w: number; readonly h: number }): { readonly left: number; readonly top: number } {
    return { left: bound(this.#x - view.w / 2, view.w, map.w), top: bound(this.#y - view.h / 2, view.h, map.h) };
  }

  follow(x: number, y: number, elapsed: number): void {
    const share = this.#isSet ? 1 - (1 - FOLLOW) ** (elapsed / (1000 / 60)) : 1;
    this.#x += (x - this.#x) * share;
    this.#y += (y - this.#y) * share;
    this.#isSet = true;
  }

  /** The next place is shown at once: another map. */
  jump(): void {
    this.#isSet = false;
  }
}

function bound(start: number, seen: number, size: number): number {
  if (size <= seen) return (size - seen) / 2;
  return Math.max(0, Math.min(size - seen, start));
}

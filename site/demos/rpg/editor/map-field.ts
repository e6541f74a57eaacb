import type { Signal } from "@preact/signals";
import { type GameMap, heightOf, type Place, widthOf } from "../rules/game-map.ts";
import { MapView, ZOOM } from "./map-view.ts";

/** Pixels of the map by which an arrow key moves. */
const STRIDE = 32;
const STRIDES: Readonly<Record<string, readonly [x: number, y: number]>> = {
  ArrowLeft: [-STRIDE, 0],
  ArrowRight: [STRIDE, 0],
  ArrowUp: [0, -STRIDE],
  ArrowDown: [0, STRIDE],
};

/** Draws the map on the canvas, and turns strokes of the pointer into presses on tiles. */
export class MapField {
  readonly #view: MapView;
  readonly #ended = new AbortController();
  readonly #resized: ResizeObserver;
  readonly #stop: () => void;
  #left = -16;
  #top = -16;
  #pointer: Place | undefined;
  #isDrawing = false;
  #request = 0;

  constructor(
    readonly canvas: HTMLCanvasElement,
    readonly context: CanvasRenderingContext2D,
    readonly map: Signal<GameMap>,
    /** The map after a press. */
    readonly press: (place: Place, isFirst: boolean) => GameMap,
  ) {
    this.#view = new MapView(map.peek());
    this.#listen();
    this.#resized = new ResizeObserver(() => {
      canvas.width = Math.ceil(canvas.clientWidth / ZOOM);
      canvas.height = Math.ceil(canvas.clientHeight / ZOOM);
      this.#draw();
    });
    this.#resized.observe(canvas);
    this.#stop = map.subscribe((next) => {
      if (next !== this.#view.map) this.#view.show(next);
      this.#redraw();
    });
  }

  stop(): void {
    this.#ended.abort();
    this.#resized.disconnect();
    this.#stop();
    cancelAnimationFrame(this.#request);
  }

  #listen(): void {
    const { canvas } = this;
    const { signal } = this.#ended;
    const down = (event: PointerEvent) => {
      this.#isDrawing = true;
      canvas.setPointerCapture(event.pointerId);
      this.#point(event, true);
    };
    const wheel = (event: WheelEvent) => {
      event.preventDefault();
      this.#move(event.deltaX / ZOOM, event.deltaY / ZOOM);
    };
    const key = (event: KeyboardEvent) => {
      const stride = STRIDES[event.key];
      if (!stride) return;
      event.preventDefault();
      this.#move(...stride);
    };
    const up = () => {
      this.#isDrawing = false;
    };
    canvas.addEventListener("pointerdown", down, { signal });
    canvas.addEventListener("pointermove", (event) => this.#point(event, false), { signal });
    canvas.addEventListener("pointerup", up, { signal });
    canvas.addEventListener("pointercancel", up, { signal });
    canvas.addEventListener("wheel", wheel, { signal, passive: false });
    canvas.addEventListener("keydown", key, { signal });
  }

  #point({ offsetX, offsetY }: PointerEvent, isFirst: boolean): void {
    const tile = (at: number, start: number) => Math.floor((at / ZOOM + start) / 16);
    const place = { x: tile(offsetX, this.#left), y: tile(offsetY, this.#top) };
    const isSame = place.x === this.#pointer?.x && place.y === this.#pointer.y;
    this.#pointer = place;
    if (this.#isDrawing && (isFirst || !isSame)) {
      const next = this.press(place, isFirst);
      if (next !== this.#view.map) this.#view.show(next, place);
      this.map.value = next;
    }
    this.#redraw();
  }

  #move(dx: number, dy: number): void {
    const bound = (value: number, tiles: number) => Math.max(-32, Math.min(tiles * 16 - 64, value));
    this.#left = bound(this.#left + dx, widthOf(this.#view.map));
    this.#top = bound(this.#top + dy, heightOf(this.#view.map));
    this.#redraw();
  }

  #redraw(): void {
    this.#request ||= requestAnimationFrame(() => this.#draw());
  }

  #draw(): void {
    this.#request = 0;
    this.context.imageSmoothingEnabled = false;
    this.#view.draw(this.context, Math.round(this.#left), Math.round(this.#top), this.#pointer);
  }
}

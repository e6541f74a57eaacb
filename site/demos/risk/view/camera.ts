import { type ReadonlySignal, signal } from "@preact/signals";
import { HEIGHT, WIDTH } from "../map/outlines.ts";

/** Which part of the map is seen. Fingers, wheel and buttons move it. */

export const LEFT = -10;
export const TOP = -22;
export const FULL_WIDTH = WIDTH + 20;
export const FULL_HEIGHT = HEIGHT + 30;
const CLOSEST = 5;

export interface View {
  readonly x: number;
  readonly y: number;
  /** 1 shows everything. */
  readonly zoom: number;
}

export class Camera {
  readonly view: ReadonlySignal<View>;
  readonly #view = signal<View>({ x: LEFT + FULL_WIDTH / 2, y: TOP + FULL_HEIGHT / 2, zoom: 1 });
  readonly #fingers = new Map<number, { x: number; y: number }>();
  #size = { width: 1, height: 1 };
  /** The pointer has moved the map: its release is not a press on a territory. */
  hasMoved = false;

  constructor() {
    this.view = this.#view;
  }

  /** Map units that are visible, by the size of the element. */
  box({ x, y, zoom }: View): string {
    const scale = this.#scale(zoom);
    const width = this.#size.width / scale;
    const height = this.#size.height / scale;
    return `${x - width / 2} ${y - height / 2} ${width} ${height}`;
  }

  /** The element has another size, px. On a phone, where everything would be too small to press, the first view fills the height. */
  resize(width: number, height: number): void {
    const first = this.#size.width === 1;
    this.#size = { width, height };
    const fill = height / FULL_HEIGHT / (width / FULL_WIDTH);
    this.#set({
      ...this.#view.peek(),
      zoom: first && width < 640 && fill > 1.3 ? Math.min(fill, 2.2) : this.#view.peek().zoom,
    });
  }

  /** How much larger than on the map badges are drawn, so that their numbers can be read. */
  get badgeScale(): number {
    return Math.max(1, Math.min(1.6, 1 / this.#scale(this.#view.peek().zoom)));
  }

  zoomBy(factor: number, at?: { readonly x: number; readonly y: number }): void {
    const view = this.#view.peek();
    const zoom = Math.min(CLOSEST, Math.max(1, view.zoom * factor));
    const share = 1 - view.zoom / zoom;
    const towards = at ?? view;
    this.#set({ zoom, x: view.x + (towards.x - view.x) * share, y: view.y + (towards.y - view.y) * share });
  }

  fit(): void {
    this.#set({ x: LEFT + FULL_WIDTH / 2, y: TOP + FULL_HEIGHT / 2, zoom: 1 });
  }

  /** Makes sure that a point can be seen. */
  show(x: number, y: number): void {
    const view = this.#view.peek();
    const scale = this.#scale(view.zoom);
    const far =
      Math.abs(x - view.x) > (this.#size.width / scale) * 0.42 ||
      Math.abs(y - view.y) > (this.#size.height / scale) * 0.42;
    if (view.zoom > 1 && far) this.#set({ ...view, x, y });
  }

  press(id: number, x: number, y: number): void {
    if (this.#fingers.size === 0) this.hasMoved = false;
    this.#fingers.set(id, { x, y });
  }

  move(id: number, x: number, y: number): void {
    const last = this.#fingers.get(id);
    if (!last) return;
    const before = this.#spread();
    const [dx, dy] = [x - last.x, y - last.y];
    if (!this.hasMoved && Math.hypot(dx, dy) < 6) return;
    this.hasMoved = true;
    this.#fingers.set(id, { x, y });
    const view = this.#view.peek();
    const scale = this.#scale(view.zoom);
    const share = this.#fingers.size;
    this.#set({ ...view, x: view.x - dx / scale / share, y: view.y - dy / scale / share });
    const after = this.#spread();
    if (before > 0 && after > 0) this.zoomBy(after / before);
  }

  release(id: number): void {
    this.#fingers.delete(id);
  }

  #spread(): number {
    const [one, other] = this.#fingers.values();
    return one && other ? Math.hypot(one.x - other.x, one.y - other.y) : 0;
  }

  /** Pixels per unit. */
  #scale(zoom: number): number {
    return Math.min(this.#size.width / FULL_WIDTH, this.#size.height / FULL_HEIGHT) * zoom;
  }

  #set({ x, y, zoom }: View): void {
    const scale = this.#scale(zoom);
    const within = (value: number, start: number, length: number, visible: number) =>
      visible >= length
        ? start + length / 2
        : Math.min(start + length - visible / 2, Math.max(start + visible / 2, value));
    this.#view.value = {
      zoom,
      x: within(x, LEFT, FULL_WIDTH, this.#size.width / scale),
      y: within(y, TOP, FULL_HEIGHT, this.#size.height / scale),
    };
  }
}

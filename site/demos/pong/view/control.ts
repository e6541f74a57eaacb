import { createInput, type Input } from "../../shared/feel/input.ts";
import type { Steering } from "../net/live-court.ts";
import type { CourtView } from "./court-view.ts";
import { alongBaseline } from "./geometry.ts";

const ACTIONS = { strike: ["Space", "Enter", "ShiftLeft", "ShiftRight"] } as const;

/** Keyboard, mouse, fingers and gamepad of the player: what they want of the paddle. */
export class Control {
  readonly input: Input;
  readonly #view: CourtView;
  readonly #canvas: HTMLCanvasElement;
  readonly #ended = new AbortController();
  #serves = false;
  #keyedAt = 0;

  constructor(canvas: HTMLCanvasElement, view: CourtView, pressed: () => void) {
    this.#canvas = canvas;
    this.#view = view;
    this.input = createInput(canvas, { actions: ACTIONS, buttons: { strike: 0 }, press: "strike" });
    this.input.onPress(() => {
      this.#serves = true;
      pressed();
    });
    // The first finger steers, and serves; only a second one, or the button on the page, arms.
    canvas.addEventListener("pointerdown", () => this.wantsServe(), { signal: this.#ended.signal });
  }

  wantsServe(): void {
    this.#serves = true;
  }

  /** To be called once per step. `isArmed`: the next strike spends the energy. */
  steering(isArmed: boolean): Steering {
    const { input } = this;
    input.poll();
    const { isUpright } = this.#view.placement;
    const axis = isUpright ? input.axes.x : input.axes.y;
    if (axis !== 0) this.#keyedAt = performance.now();
    const serves = this.#serves;
    this.#serves = false;
    return { axis, target: this.#target(), serves, isArmed };
  }

  stop(): void {
    this.#ended.abort();
    this.input.stop();
  }

  #target(): number | undefined {
    const { pointer } = this.input;
    // A mouse that rests somewhere must not pull back a paddle that was moved by keys.
    if (!pointer || pointer.at < this.#keyedAt || (pointer.kind !== "mouse" && !pointer.isDown)) return undefined;
    const { width, height } = this.#canvas;
    return alongBaseline(this.#view.placement, width, height, pointer.x, pointer.y);
  }
}

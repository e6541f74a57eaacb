import { readGamepad } from "./gamepad.ts";

/** What the visitor holds and points at right now. */
export interface Input {
  /** Arrow keys, WASD and the left stick: -1 to 1 each, y downwards. */
  readonly axes: Readonly<{ x: number; y: number }>;
  /** Whether a key of that action, its button on the gamepad, or its button on the page is held. */
  isHeld(action: string): boolean;
  /** Holds and releases an action for a button on the page. */
  hold(action: string, isHeld: boolean): void;
  /** The pointer over the play field, as shares of its width and height; undefined until it was there. Touch and pen only count while down. */
  readonly pointer: Pointer | undefined;
  /** Calls back when an action begins. Returns an unsubscribe function. */
  onPress(listener: (action: string) => void): () => void;
  /** Looks at the gamepad: call it once per step. */
  poll(): void;
  stop(): void;
}

export interface Pointer {
  readonly x: number;
  readonly y: number;
  readonly isDown: boolean;
  readonly kind: "mouse" | "touch" | "pen";
  /** When it last moved, ms since the page was loaded: what moved last steers. */
  readonly at: number;
}

export interface InputOptions {
  /** Keys of each action, as `KeyboardEvent.code`. */
  readonly actions: Readonly<Record<string, readonly string[]>>;
  /** Buttons of the gamepad by action, in the numbers of the standard layout. */
  readonly buttons?: Readonly<Record<string, number>>;
  /** The action that a second finger, or a mouse button, begins. */
  readonly press?: string;
}

const DIRECTIONS: Readonly<Record<string, readonly [x: number, y: number]>> = {
  ArrowLeft: [-1, 0],
  KeyA: [-1, 0],
  ArrowRight: [1, 0],
  KeyD: [1, 0],
  ArrowUp: [0, -1],
  KeyW: [0, -1],
  ArrowDown: [0, 1],
  KeyS: [0, 1],
};

/** Keys that are typed into a field or press a button are not the game's. */
const isTyping = ({ target }: Event): boolean =>
  target instanceof Element && target.closest("input, textarea, select, [contenteditable], dialog") !== null;
const controlOf = ({ target }: Event): HTMLElement | undefined => {
  const control = target instanceof Element ? target.closest("button, a, summary, [role=button]") : null;
  return control instanceof HTMLElement ? control : undefined;
};

class FieldInput implements Input {
  readonly #keys = new Set<string>();
  readonly #held = new Set<string>();
  readonly #gamepad = new Set<string>();
  readonly #listeners = new Set<(action: string) => void>();
  readonly #ended = new AbortController();
  readonly #fingers = new Map<number, number>();
  /** The button that a pointer has clicked last. `:focus-visible` cannot say so: the key press itself sets it. */
  #clicked: HTMLElement | undefined;
  #stick = { x: 0, y: 0 };
  #pointer: Pointer | undefined;

  constructor(
    readonly field: HTMLElement,
    readonly options: InputOptions,
  ) {
    const { signal } = this.#ended;
    window.addEventListener("keydown", (event) => this.#keyDown(event), { signal });
    window.addEventListener("keyup", ({ code }) => this.#keys.delete(code), { signal });
    window.addEventListener(
      "click",
      (event) => {
        this.#clicked = event.detail > 0 ? controlOf(event) : undefined;
      },
      { signal, capture: true },
    );
    // A key released in another window is never reported.
    window.addEventListener("blur", () => this.#releaseAll(), { signal });
    document.addEventListener("visibilitychange", () => document.hidden && this.#releaseAll(), { signal });
    field.addEventListener("pointerdown", (event) => this.#pointerDown(event), { signal });
    field.addEventListener("pointermove", (event) => this.#point(event), { signal });
    for (const type of ["pointerup", "pointercancel"] as const)
      field.addEventListener(type, (event) => this.#pointerUp(event), { signal });
  }

  get axes(): { x: number; y: number } {
    let { x, y } = this.#stick;
    for (const code of this.#keys) {
      const [dx, dy] = DIRECTIONS[code] ?? [0, 0];
      x += dx;
      y += dy;
    }
    return { x: Math.max(-1, Math.min(1, x)), y: Math.max(-1, Math.min(1, y)) };
  }

  get pointer(): Pointer | undefined {
    return this.#pointer;
  }

  isHeld(action: string): boolean {
    const keys = this.options.actions[action] ?? [];
    return this.#held.has(action) || this.#gamepad.has(action) || keys.some((code) => this.#keys.has(code));
  }

  hold(action: string, isHeld: boolean): void {
    if (isHeld && !this.#held.has(action)) this.#press(action);
    if (isHeld) this.#held.add(action);
    else this.#held.delete(action);
  }

  onPress(listener: (action: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  poll(): void {
    const { x, y, pressed } = readGamepad();
    this.#stick = { x, y };
    for (const [action, button] of Object.entries(this.options.buttons ?? {})) {
      if (!pressed.has(button)) this.#gamepad.delete(action);
      else if (!this.#gamepad.has(action)) {
        this.#gamepad.add(action);
        this.#press(action);
      }
    }
  }

  stop(): void {
    this.#ended.abort();
    this.#listeners.clear();
  }

  #press(action: string): void {
    for (const listener of this.#listeners) listener(action);
  }

  #keyDown(event: KeyboardEvent): void {
    const { code } = event;
    if (isTyping(event) || event.ctrlKey || event.metaKey || event.altKey) return;
    const actions = Object.entries(this.options.actions).filter(([, codes]) => codes.includes(code));
    if (actions.length === 0 && !(code in DIRECTIONS)) return;
    const control = controlOf(event);
    if (control && (code === "Space" || code === "Enter")) {
      if (control !== this.#clicked) return;
      // It has the focus only because it was clicked: someone who presses Space now wants to play.
      control.blur();
    }
    // Arrows and Space would scroll the page.
    event.preventDefault();
    if (event.repeat) return;
    this.#keys.add(code);
    for (const [action] of actions) this.#press(action);
  }

  #point({ clientX, clientY, pointerType, buttons, timeStamp, pointerId }: PointerEvent): void {
    const isFirst = this.#fingers.size === 0 || [...this.#fingers.keys()][0] === pointerId;
    if (!isFirst) return;
    const box = this.field.getBoundingClientRect();
    const kind = pointerType === "touch" || pointerType === "pen" ? pointerType : "mouse";
    const x = (clientX - box.left) / box.width;
    const y = (clientY - box.top) / box.height;
    this.#pointer = { x, y, kind, isDown: buttons !== 0, at: timeStamp };
  }

  #pointerDown(event: PointerEvent): void {
    // A finger that leaves the field still steers.
    if (this.field.hasPointerCapture?.(event.pointerId) === false) this.field.setPointerCapture(event.pointerId);
    const isSecond = this.#fingers.size > 0;
    this.#fingers.set(event.pointerId, event.timeStamp);
    const { press } = this.options;
    if (press && (isSecond || event.pointerType === "mouse")) this.#press(press);
    this.#point(event);
  }

  #pointerUp({ pointerId }: PointerEvent): void {
    this.#fingers.delete(pointerId);
    if (this.#pointer && this.#fingers.size === 0) this.#pointer = { ...this.#pointer, isDown: false };
  }

  #releaseAll(): void {
    this.#keys.clear();
    this.#held.clear();
    this.#gamepad.clear();
    this.#fingers.clear();
  }
}

/** Keyboard, mouse, touch, pen and gamepad for a play field. Keys that are typed into a form belong to the form. */
export const createInput = (field: HTMLElement, options: InputOptions): Input => new FieldInput(field, options);

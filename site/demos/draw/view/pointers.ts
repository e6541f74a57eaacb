import { type Camera, toPaper } from "./camera.ts";
import type { Gesture, Spot } from "./tools/tool.ts";

/** What the pointers do to the stage. */
export interface PointerTarget {
  camera(): Camera;
  /** Whether a press moves the paper instead of drawing. */
  isHand(): boolean;
  /** Whether the paper may be moved at all. */
  isFree(): boolean;
  begin(spot: Spot): Gesture | undefined;
  pan(dx: number, dy: number): void;
  zoom(x: number, y: number, factor: number): void;
  hover(place: readonly [number, number] | undefined): void;
  ended(): void;
}

interface Contact {
  x: number;
  y: number;
  readonly type: string;
}

/** Mouse, pen and fingers on an element: one draws, two move and zoom, the wheel does the same. */
export class Pointers {
  readonly #element: HTMLElement;
  readonly #target: PointerTarget;
  readonly #contacts = new Map<number, Contact>();
  readonly #stop = new AbortController();
  #gesture: Gesture | undefined;
  #drawing: number | undefined;
  #panning: number | undefined;
  /** With a pen in hand, fingers only move the paper: a palm must not draw. */
  #hasPen = false;

  constructor(element: HTMLElement, target: PointerTarget) {
    this.#element = element;
    this.#target = target;
    const { signal } = this.#stop;
    element.addEventListener("pointerdown", (event) => this.#down(event), { signal });
    element.addEventListener("pointermove", (event) => this.#move(event), { signal });
    element.addEventListener("pointerup", (event) => this.#up(event, false), { signal });
    element.addEventListener("pointercancel", (event) => this.#up(event, true), { signal });
    element.addEventListener("wheel", (event) => this.#wheel(event), { signal, passive: false });
    element.addEventListener("contextmenu", (event) => event.preventDefault(), { signal });
  }

  get gesture(): Gesture | undefined {
    return this.#gesture;
  }

  close(): void {
    this.#stop.abort();
  }

  /** Ends what is being drawn without a trace, as when the turn is over. */
  cancel(): void {
    this.#gesture?.cancel();
    this.#gesture = undefined;
    this.#drawing = undefined;
    this.#target.ended();
  }

  #place({ clientX, clientY }: MouseEvent): readonly [number, number] {
    const { left, top } = this.#element.getBoundingClientRect();
    return [clientX - left, clientY - top];
  }

  #spot(event: PointerEvent): Spot {
    const [x, y] = toPaper(this.#target.camera(), ...this.#place(event));
    // A mouse reports 0.5 for every press; so do fingers that cannot tell.
    const hasPressure =
      event.pointerType !== "mouse" && event.pressure > 0 && event.pressure !== 0.5 && event.pressure !== 1;
    return { x, y, pressure: event.pressure, hasPressure, isShift: event.shiftKey };
  }

  #down(event: PointerEvent): void {
    const target = this.#target;
    if (event.pointerType === "pen") this.#hasPen = true;
    const [x, y] = this.#place(event);
    this.#contacts.set(event.pointerId, { x, y, type: event.pointerType });
    this.#element.setPointerCapture(event.pointerId);
    if (this.#contacts.size > 1) {
      // The second finger: it was a pinch all along.
      if (this.#gesture) this.cancel();
      this.#panning = undefined;
      return;
    }
    const isFinger = event.pointerType === "touch" && this.#hasPen;
    if (target.isFree() && (event.button === 1 || isFinger || target.isHand())) this.#panning = event.pointerId;
    else if (event.button === 0) {
      this.#drawing = event.pointerId;
      this.#gesture = target.begin(this.#spot(event));
    }
    event.preventDefault();
  }

  #move(event: PointerEvent): void {
    const target = this.#target;
    target.hover(toPaper(target.camera(), ...this.#place(event)));
    const contact = this.#contacts.get(event.pointerId);
    if (!contact) return;
    const [x, y] = this.#place(event);
    const [dx, dy] = [x - contact.x, y - contact.y];
    if (this.#contacts.size >= 2) {
      this.#pinch(event.pointerId, contact, x, y);
      return;
    }
    contact.x = x;
    contact.y = y;
    if (this.#panning === event.pointerId) target.pan(dx, dy);
    if (this.#drawing !== event.pointerId || !this.#gesture) return;
    const events = event.getCoalescedEvents?.() ?? [];
    this.#gesture.move((events.length > 0 ? events : [event]).map((one) => this.#spot(one)));
  }

  #pinch(id: number, contact: Contact, x: number, y: number): void {
    const other = [...this.#contacts].find(([one]) => one !== id)?.[1];
    const target = this.#target;
    if (other && target.isFree()) {
      const before = Math.max(1, Math.hypot(contact.x - other.x, contact.y - other.y));
      const after = Math.max(1, Math.hypot(x - other.x, y - other.y));
      target.pan((x - contact.x) / 2, (y - contact.y) / 2);
      target.zoom((x + other.x) / 2, (y + other.y) / 2, after / before);
    }
    contact.x = x;
    contact.y = y;
  }

  #up(event: PointerEvent, isCancelled: boolean): void {
    this.#contacts.delete(event.pointerId);
    if (this.#panning === event.pointerId) this.#panning = undefined;
    if (event.pointerType === "touch") this.#target.hover(undefined);
    if (this.#drawing !== event.pointerId) return;
    const gesture = this.#gesture;
    this.#gesture = undefined;
    this.#drawing = undefined;
    if (isCancelled) gesture?.cancel();
    else gesture?.release();
    this.#target.ended();
  }

  #wheel(event: WheelEvent): void {
    const target = this.#target;
    event.preventDefault();
    if (!target.isFree()) return;
    const unit = event.deltaMode === 1 ? 16 : 1;
    const [dx, dy] = [event.deltaX * unit, event.deltaY * unit];
    if (event.ctrlKey || event.metaKey)
      target.zoom(...this.#place(event), Math.exp(-dy / (Math.abs(dy) > 50 ? 400 : 100)));
    else if (event.shiftKey && dx === 0) target.pan(-dy, 0);
    else target.pan(-dx, -dy);
  }
}

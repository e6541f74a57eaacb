import { effect, type Signal, signal } from "@preact/signals";
import { createFrameTimes } from "../../shared/feel/frame-times.ts";
import { type Loop, startLoop } from "../../shared/feel/loop.ts";
import type { DrawSession } from "../net/session.ts";
import type { ReplayFrame } from "../rules/replay.ts";
import type { Shape } from "../rules/shapes.ts";
import { type Camera, fitted, glided, type Size, START, viewOf, zoomedAt } from "./camera.ts";
import { createDesk, createPointerTarget } from "./desk.ts";
import { type Box, boxOf, union } from "./ink.ts";
import { paintCursor, paintGrowing, paintLive, paintSelection } from "./overlay.ts";
import { paintPaper } from "./paper.ts";
import { Pointers } from "./pointers.ts";
import { Scene } from "./scene.ts";
import { FIRST_STYLE, forSheet, type Style } from "./style.ts";
import { light } from "./theme.ts";
import { selected } from "./tools/select.ts";
import type { Desk } from "./tools/tool.ts";

/** The sheet of a game of guessing; everybody sees all of it. */
export const SHEET: Box = { minX: 0, minY: 0, maxX: 800, maxY: 600 };
/** Height of the tray with pens, which must not cover the sheet, CSS pixels. */
const TRAY = 112;
/** ms without zooming after which the drawing is painted sharp again. */
const SETTLED = 120;
const MAX_RATIO = 2;
/** ms after joining in which the view moves to what is there, unless the player has moved it. */
const ARRIVAL = 4_000;

export interface Writing {
  readonly shape: Shape;
  readonly id?: string;
}

/** The paper on the screen: three canvases (paper, ink, and what moves), the camera, and the tools. */
export class Stage {
  readonly session: DrawSession;
  readonly camera = signal<Camera>(START);
  readonly size = signal<Size>({ width: 0, height: 0 });
  readonly style: Signal<Style> = signal(FIRST_STYLE);
  readonly selection = signal<ReadonlySet<string>>(new Set());
  readonly hidden = signal<ReadonlySet<string>>(new Set());
  readonly writing = signal<Writing | undefined>(undefined);
  /** Id of the player whose view is followed. */
  readonly following = signal<string | undefined>(undefined);
  readonly replay = signal<ReplayFrame | undefined>(undefined);
  readonly isSpaceHeld = signal(false);
  readonly scene: Scene;
  readonly loop: Loop;
  readonly desk: Desk;
  readonly #element: HTMLElement;
  readonly #contexts: readonly CanvasRenderingContext2D[];
  readonly #pointers: Pointers;
  readonly #stop: (() => void)[] = [];
  /** Where the pointer is on the paper. */
  hover: readonly [number, number] | undefined;
  #ratio = 1;
  readonly #work = createFrameTimes(300);
  /** The view of the paper before a game of guessing. */
  #before: Camera | undefined;
  #zoomed = 0;
  #drawn = 0;
  #isInkStale = true;
  #isTopStale = true;
  #hadMotion = false;
  readonly #began = performance.now();
  /** The player has drawn something or moved the view. */
  isTouched = false;

  constructor(element: HTMLElement, session: DrawSession) {
    this.session = session;
    this.#element = element;
    this.#contexts = ["paper", "ink", "top"].map((name) => createCanvas(element, name));
    const { picture, board, images } = session;
    const shown = { drawing: board.drawing, board: picture.peek(), hidden: this.hidden.peek() };
    this.scene = new Scene(shown, images.get);
    this.desk = createDesk(this, () => this.#stale());
    this.#pointers = new Pointers(element, createPointerTarget(this));
    this.#follow();
    this.loop = startLoop({ update() {}, draw: ({ now }) => this.#frame(now) });
  }

  close(): void {
    this.loop.stop();
    this.#pointers.close();
    for (const stop of this.#stop) stop();
    for (const { canvas } of this.#contexts) canvas.remove();
  }

  /** Whether the paper can be moved; the sheet of a turn of guessing cannot. */
  get isFree(): boolean {
    return this.session.picture.peek() === undefined;
  }

  /** Moves the view because the player wants it. */
  moveTo(camera: Camera): void {
    this.isTouched = true;
    this.following.value = undefined;
    this.setCamera(camera);
  }

  setCamera(camera: Camera): void {
    if (camera.zoom !== this.camera.peek().zoom) this.#zoomed = performance.now();
    this.camera.value = camera;
  }

  zoomBy(factor: number): void {
    const { width, height } = this.size.peek();
    if (this.isFree) this.moveTo(zoomedAt(this.camera.peek(), width / 2, height / 2, factor));
  }

  /** Shows everything that was drawn. */
  fit(): void {
    this.moveTo(fitted(this.isFree ? this.scene.box() : SHEET, this.size.peek(), this.isFree ? 48 : 12));
  }

  redraw(): void {
    this.#isTopStale = true;
  }

  #stale(): void {
    this.#isInkStale = true;
    this.#isTopStale = true;
  }

  /** The ink as it is on the screen, for an export or a test. */
  get ink(): HTMLCanvasElement | undefined {
    return this.#contexts[1]?.canvas;
  }

  /** Keeps the canvases the same as what they show. */
  #follow(): void {
    const observer = new ResizeObserver(() => this.#resize());
    observer.observe(this.#element);
    this.#resize();
    this.#stop.push(
      () => observer.disconnect(),
      this.session.onChange((changed) => {
        if (changed === "all") this.#show();
        else if (!this.replay.peek()) this.scene.update(changed);
        this.#arrive();
        this.#stale();
      }),
      effect(() => {
        this.session.picture.value;
        this.hidden.value;
        this.#show();
      }),
      effect(() => {
        const frame = this.replay.value;
        const isSame = frame && frame.changed !== "all" && frame.drawing === this.scene.shown.drawing;
        if (!isSame) this.#show();
        else this.scene.update(frame.changed);
        this.#isInkStale ||= frame?.changed !== undefined && frame.changed.length > 0;
        this.#isTopStale = true;
      }),
      effect(() => {
        // What was begun on another sheet does not belong here.
        if (this.session.picture.value !== undefined) this.style.value = forSheet(this.style.peek());
        this.#pointers.cancel();
        this.selection.value = new Set();
      }),
      effect(() => this.#frameSheet()),
      effect(() => {
        if (this.style.value.tool !== "select") this.selection.value = new Set();
      }),
      effect(() => {
        this.scene.light = light.value;
        this.camera.value;
        this.#stale();
      }),
      this.selection.subscribe(() => this.redraw()),
    );
  }

  /** Shows the whole sheet of a turn, above the tray if it is one's own; afterwards, the paper as it was. */
  #frameSheet(): void {
    const { picture, mayDraw } = this.session;
    const { width, height } = this.size.value;
    if (picture.value !== undefined) {
      this.#before ??= this.camera.peek();
      this.setCamera(fitted(SHEET, { width, height: height - (mayDraw.value ? TRAY : 0) }, 12));
    } else if (this.#before) {
      const isNew = this.#before.zoom === 1 && !this.isTouched;
      this.setCamera(isNew ? fitted(this.scene.box(), { width, height }, 48, 1) : this.#before);
      this.#before = undefined;
    }
  }

  /** A newcomer sees what there is, wherever it was drawn. */
  #arrive(): void {
    if (this.isTouched || !this.isFree || performance.now() - this.#began > ARRIVAL) return;
    const box = this.scene.box();
    const size = this.size.peek();
    const { minX, minY, maxX, maxY } = viewOf(this.camera.peek(), size);
    const isSeen = !box || (box.minX >= minX && box.minY >= minY && box.maxX <= maxX && box.maxY <= maxY);
    if (!isSeen) this.setCamera(fitted(box, size, 48, 1));
  }

  #show(): void {
    const drawing = this.replay.peek()?.drawing ?? this.session.board.drawing;
    this.scene.show({ drawing, board: this.session.picture.peek(), hidden: this.hidden.peek() });
    this.#stale();
  }

  #resize(): void {
    const { width, height } = this.#element.getBoundingClientRect();
    this.#ratio = Math.min(MAX_RATIO, devicePixelRatio);
    const isFirst = this.size.peek().width === 0;
    for (const { canvas } of this.#contexts) {
      canvas.width = Math.max(1, Math.round(width * this.#ratio));
      canvas.height = Math.max(1, Math.round(height * this.#ratio));
    }
    this.size.value = { width, height };
    if (isFirst) this.camera.value = { x: -width / 2, y: -height / 2, zoom: 1 };
    this.#isInkStale = true;
    this.#isTopStale = true;
  }

  /** What others see of this player. */
  readonly #view = () => ({ at: this.hover, camera: this.camera.peek(), size: this.size.peek() });

  #frame(now: number): void {
    this.#followView();
    const camera = this.camera.peek();
    this.session.showView(this.#view, now);
    const started = performance.now();
    const isPainting = this.#isInkStale || this.#isTopStale;
    if (this.#isInkStale) this.#drawInk(camera, now);
    const strokes = this.session.live.strokes(this.session.picture.peek(), now);
    const isMoving = strokes.length > 0 || this.session.cursors.isMoving(now);
    // One frame more after the last motion, to remove what has moved.
    if (this.#isTopStale || isMoving || this.#hadMotion || now - this.#drawn > 1_000) this.#drawTop(camera, now);
    if (isPainting) this.#measure(performance.now() - started);
    this.#hadMotion = isMoving;
  }

  /** Frames in which something was painted; the others cost nothing. */
  #measure(milliseconds: number): void {
    this.#work.add(milliseconds);
    if (this.#work.count % 30 === 0) this.#element.dataset.work = this.#work.percentile(0.95).toFixed(1);
  }

  #drawInk(camera: Camera, now: number): void {
    const [paper, ink] = this.#contexts;
    const size = this.size.peek();
    if (!paper || !ink) return;
    paintPaper(paper, camera, size, this.#ratio, light.peek(), this.isFree ? undefined : SHEET);
    ink.clearRect(0, 0, ink.canvas.width, ink.canvas.height);
    const isSettled = now - this.#zoomed > SETTLED;
    this.#isInkStale = !this.scene.draw(ink, camera, size, this.#ratio, isSettled);
    this.#element.dataset.objects = String(this.scene.size);
    this.#element.dataset.sharp = String(!this.#isInkStale);
  }

  #drawTop(camera: Camera, now: number): void {
    const top = this.#contexts[2];
    if (!top) return;
    const { session } = this;
    this.#isTopStale = false;
    this.#drawn = now;
    top.setTransform(1, 0, 0, 1, 0, 0);
    top.clearRect(0, 0, top.canvas.width, top.canvas.height);
    const scale = camera.zoom * this.#ratio;
    top.setTransform(scale, 0, 0, scale, -Math.round(camera.x * scale), -Math.round(camera.y * scale));
    const growing = this.replay.peek()?.growing;
    if (growing) paintGrowing(top, growing, light.peek());
    else
      for (const stroke of session.live.strokes(session.picture.peek(), now))
        if (!this.hidden.peek().has(stroke.player)) paintLive(top, stroke, light.peek());
    this.#pointers.gesture?.draw?.(top);
    top.setTransform(this.#ratio, 0, 0, this.#ratio, 0, 0);
    const box = union(selected(this.desk).map(boxOf));
    if (box && !this.#pointers.gesture) paintSelection(top, box, camera, light.peek());
    if (this.replay.peek()) return;
    for (const cursor of session.cursors.visible(now)) {
      const player = session.player(cursor.player);
      if (!this.isFree && cursor.player !== session.drawer.peek()) continue;
      if (player && player.status !== "gone" && !player.isMe)
        paintCursor(top, cursor, player, camera, this.size.peek());
    }
  }

  #followView(): void {
    const followed = this.following.peek();
    const view = followed === undefined ? undefined : this.session.cursors.viewOf(followed);
    const next = view && this.isFree ? glided(this.camera.peek(), this.size.peek(), view.camera, view.size) : undefined;
    if (next) this.setCamera(next);
  }
}

function createCanvas(element: HTMLElement, name: string): CanvasRenderingContext2D {
  const canvas = document.createElement("canvas");
  canvas.className = name;
  canvas.setAttribute("aria-hidden", "true");
  element.append(canvas);
  const context = canvas.getContext("2d");
  if (!context) throw new Error("this browser has no canvas");
  return context;
}

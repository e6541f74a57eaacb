import { type Loop, startLoop } from "../../shared/feel/loop.ts";
import type { Game } from "../net/game.ts";
import type { GameMap, Place } from "../rules/game-map.ts";
import { goalOf, wayTo } from "../rules/goal.ts";
import { MAPS } from "../rules/maps.ts";
import { type View, viewFor } from "./camera.ts";
import { Controls } from "./controls.ts";
import { Labels } from "./labels.ts";
import { type Dot, drawMinimap } from "./minimap.ts";
import { Painter } from "./painter.ts";
import { sizeOf } from "./scene.ts";
import { sceneOf } from "./scene-of.ts";
import type { Ui } from "./ui.ts";

/** The map is drawn so often, in frames. */
const MAP_EVERY = 12;

export interface StageElements {
  readonly field: HTMLElement;
  readonly picture: HTMLCanvasElement;
  readonly labels: HTMLCanvasElement;
  readonly minimap: HTMLCanvasElement;
}

/** The play field: runs the loop, draws, and listens to keys and fingers. */
export class Stage {
  readonly controls: Controls;
  readonly loop: Loop;
  readonly #painter: Painter;
  readonly #labels: Labels;
  readonly #observer: ResizeObserver;
  #view: View = viewFor(640, 480, 1);
  #shownMap: GameMap | undefined;
  #frames = 0;

  constructor(
    readonly game: Game,
    readonly ui: Ui,
    readonly elements: StageElements,
  ) {
    this.#painter = new Painter(contextOf(elements.picture));
    this.#labels = new Labels(contextOf(elements.labels));
    this.#observer = new ResizeObserver(() => this.#resize());
    this.#observer.observe(elements.field);
    this.#resize();
    this.controls = new Controls(game, ui, elements.field, (x, y) => this.#tileAt(x, y));
    const still = matchMedia("(prefers-reduced-motion: reduce)");
    this.loop = startLoop({
      update: () => {
        const now = performance.now();
        game.update(now);
        this.controls.update(now);
      },
      draw: ({ elapsed }) => this.#draw(elapsed, still.matches),
    });
  }

  stop(): void {
    this.loop.stop();
    this.controls.stop();
    this.#observer.disconnect();
  }

  #resize(): void {
    const { field, picture, labels } = this.elements;
    const width = Math.max(160, field.clientWidth);
    const height = Math.max(160, field.clientHeight);
    const ratio = window.devicePixelRatio || 1;
    const map = MAPS.get(this.game.walker.map);
    const view = viewFor(width, height, ratio, map?.light === "room" ? sizeOf(map) : undefined);
    this.#view = view;
    this.#shownMap = map;
    // One more pixel on each side, for the part of a pixel by which the camera is aside.
    picture.width = view.w + 1;
    picture.height = view.h + 1;
    picture.style.width = `${picture.width * view.zoom}px`;
    picture.style.height = `${picture.height * view.zoom}px`;
    labels.width = Math.round(width * ratio);
    labels.height = Math.round(height * ratio);
    labels.style.width = `${width}px`;
    labels.style.height = `${height}px`;
  }

  #draw(elapsed: number, isStill: boolean): void {
    const { game, elements } = this;
    const now = performance.now();
    const scene = sceneOf(game, this.controls.target, now, isStill);
    if (!scene) return;
    if (scene.map !== this.#shownMap) this.#resize();
    const view = this.#view;
    this.#painter.paint(scene, view, elapsed);
    const { left, top } = this.#painter.window;
    const aside = (value: number) =>
      Math.round((value - Math.floor(value)) * view.zoom * devicePixelRatio) / devicePixelRatio;
    elements.picture.style.transform = `translate(${-aside(left)}px, ${-aside(top)}px)`;
    this.#labels.draw(scene, view, this.#painter.window, window.devicePixelRatio || 1);
    if (this.#frames++ % MAP_EVERY === 0) this.#map();
  }

  #map(): void {
    const { game, elements } = this;
    const map = MAPS.get(game.walker.map);
    const hero = game.me.peek();
    const context = elements.minimap.getContext("2d");
    if (!map || !hero || !context) return;
    const dots: Dot[] = [];
    for (const { map: where, x, y, alive, chases } of game.replica.creatures.values())
      if (where === map.id && alive && chases) dots.push({ x, y, color: 2, size: 1 });
    for (const { place } of game.replica.actors.values())
      if (place.map === map.id) dots.push({ ...place, color: 10, size: 1 });
    const goal = goalOf(hero).at;
    const way = goal && wayTo(MAPS, map.id, goal);
    // It blinks, so that it is found at once.
    if (way && this.#frames % (MAP_EVERY * 4) < MAP_EVERY * 3) dots.push({ x: way.x, y: way.y, color: 4, size: 2 });
    const { x, y } = game.walker;
    // For those who look after the page from outside, such as its tests.
    Object.assign(elements.field.dataset, {
      place: `${map.id} ${x} ${y}`,
      others: `${game.replica.actors.size}`,
      frame: this.loop.work.percentile(0.95).toFixed(1),
    });
    dots.push({ x, y, color: 12, size: 1 });
    drawMinimap(context, map, game.walker, map.light === "room" ? 6 : 3, dots);
  }

  /** The tile under a point of the field, in shares of its size. */
  #tileAt(x: number, y: number): Place {
    const { field } = this.elements;
    const { left, top } = this.#painter.window;
    const { zoom } = this.#view;
    return {
      x: Math.floor((left + (x * field.clientWidth) / zoom) / 16),
      y: Math.floor((top + (y * field.clientHeight) / zoom) / 16),
    };
  }
}

function contextOf(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  const context = canvas.getContext("2d");
  if (!context) throw new Error("the browser cannot draw");
  return context;
}

import { noise } from "../rules/random.ts";
import type { View } from "./camera.ts";
import type { Window } from "./effects.ts";
import { colorOf } from "./palette.ts";
import type { Figure, Scene } from "./scene.ts";
import { emoteSprite } from "./sprites.ts";

const FONT = '"Pixelify Sans Variable", "Pixelify Sans", ui-monospace, monospace';
const FLOAT = 1_000;
const LINE = 26;

/** Names, speech and numbers: over the picture, in the resolution of the display, so that they can be read. */
export class Labels {
  readonly #context: CanvasRenderingContext2D;

  constructor(context: CanvasRenderingContext2D) {
    this.#context = context;
  }

  draw(scene: Scene, view: View, window: Window, ratio: number): void {
    const context = this.#context;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, context.canvas.width / ratio, context.canvas.height / ratio);
    context.textAlign = "center";
    context.textBaseline = "alphabetic";
    context.lineJoin = "round";
    const at = (x: number, y: number) =>
      [(x * 16 + 8 - window.left) * view.zoom, (y * 16 - window.top) * view.zoom] as const;
    for (const figure of scene.figures) this.#name(figure, ...at(figure.shown.x, figure.shown.y), view.zoom);
    for (const figure of scene.figures)
      this.#speech(figure, scene.now, ...at(figure.shown.x, figure.shown.y), view.zoom);
    for (const { text, color, at: time, map, x, y } of scene.floats) {
      const age = (scene.now - time) / FLOAT;
      if (age > 1 || map !== scene.map.id) continue;
      const [px, py] = at(x, y);
      context.globalAlpha = age > 0.7 ? (1 - age) / 0.3 : 1;
      const aside = (noise(time & 0xffff, text.length, 71) - 0.5) * 18;
      this.#text(text, px + aside, py - 12 * view.zoom - age * 26, text.length > 3 ? 18 : 20, color);
      context.globalAlpha = 1;
    }
  }

  #text(text: string, x: number, y: number, size: number, color: number): void {
    const context = this.#context;
    context.font = `${size}px ${FONT}`;
    context.lineWidth = 4;
    context.strokeStyle = colorOf(0);
    context.strokeText(text, x, y);
    context.fillStyle = colorOf(color);
    context.fillText(text, x, y);
  }

  #name({ name, kind, isAway, health, level }: Figure, x: number, y: number, zoom: number): void {
    if (kind === "villager" && name === "") return;
    const top = y - 8 * zoom;
    const color = kind === "me" ? 4 : kind === "player" ? 12 : 13;
    const text = isAway ? `${name} · reconnecting…` : kind === "player" ? `${name} · ${level}` : name;
    this.#text(text, x, top, 14, isAway ? 13 : color);
    if (health === undefined) return;
    const context = this.#context;
    context.fillStyle = colorOf(0);
    context.fillRect(x - 21, top + 3, 42, 6);
    context.fillStyle = colorOf(health > 0.35 ? 6 : 2);
    context.fillRect(x - 20, top + 4, Math.max(1, 40 * health), 4);
  }

  #speech({ marks, kind }: Figure, now: number, x: number, y: number, zoom: number): void {
    const above = y - (kind === "me" ? 15 : 16) * zoom;
    if (marks.emote && now < marks.emote.until) {
      const picture = emoteSprite(marks.emote.number);
      const size = Math.max(2, Math.round(zoom * 0.8));
      this.#bubble(x, above, picture.width * size + 10, picture.height * size + 8);
      this.#context.imageSmoothingEnabled = false;
      this.#context.drawImage(
        picture,
        Math.round(x - (picture.width * size) / 2),
        Math.round(above - picture.height * size - 10),
        picture.width * size,
        picture.height * size,
      );
    } else if (marks.say && now < marks.say.until) {
      const context = this.#context;
      context.font = `15px ${FONT}`;
      const lines = wrap(marks.say.text);
      const width = Math.max(...lines.map((line) => context.measureText(line).width));
      this.#bubble(x, above, width + 18, lines.length * 18 + 9);
      context.fillStyle = colorOf(0);
      lines.forEach((line, index) => {
        context.fillText(line, x, above - 13 - (lines.length - 1 - index) * 18);
      });
    }
  }

  /** A white bubble with stepped corners, its tip at the bottom. */
  #bubble(x: number, bottom: number, width: number, height: number): void {
    const context = this.#context;
    const left = Math.round(x - width / 2);
    const top = Math.round(bottom - height - 6);
    for (const [color, grow] of [
      [0, 2],
      [12, 0],
    ] as const) {
      context.fillStyle = colorOf(color);
      context.fillRect(left - grow, top + 3 - grow, width + 2 * grow, height - 6 + 2 * grow);
      context.fillRect(left + 3 - grow, top - grow, width - 6 + 2 * grow, height + 2 * grow);
      context.fillRect(Math.round(x) - 5 - grow, top + height - 2, 10 + grow * 2, 4);
      context.fillRect(Math.round(x) - 2 - grow, top + height - 2, 4 + grow * 2, 7 + grow);
    }
  }
}

/** Lines of a bubble: at most four. */
export function wrap(text: string): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/)) {
    const next = line === "" ? word : `${line} ${word}`;
    if (next.length > LINE && line !== "") {
      lines.push(line);
      line = word;
    } else line = next;
  }
  lines.push(line);
  return lines.slice(0, 4).map((part) => (part.length > LINE + 6 ? `${part.slice(0, LINE + 5)}…` : part));
}

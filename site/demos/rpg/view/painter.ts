import type { Creature } from "../net/actors.ts";
import { groundAt, type Place } from "../rules/game-map.ts";
import { kindOf } from "../rules/monster-kinds.ts";
import { noise } from "../rules/random.ts";
import { darkness, isNight, weatherAt, weatherStrength } from "../rules/sky.ts";
import { Camera, type View } from "./camera.ts";
import { drawBar, drawGoal, drawPointer, drawPuff, drawShadow, drawSwing, knock, type Window } from "./effects.ts";
import type { Pose } from "./figure.ts";
import { Ground } from "./ground.ts";
import { type Lamp, Night } from "./light.ts";
import { colorOf } from "./palette.ts";
import type { Figure, Scene } from "./scene.ts";
import { sizeOf } from "./scene.ts";
import { type Piece, type SceneryTime, sceneryOf } from "./scenery.ts";
import { figureSprite, itemSprite, monsterSprite, type Sprite } from "./sprites.ts";
import { drawWeather } from "./weather.ts";

const FLASH = 80;
const SWING = 160;
const FALL = 500;

interface Upright {
  readonly foot: number;
  draw(): void;
}

/** Paints the world, one pixel for each pixel of the art; the page enlarges it. */
export class Painter {
  readonly camera = new Camera();
  readonly #night = new Night();
  readonly #context: CanvasRenderingContext2D;
  #ground: Ground | undefined;
  #scenery: Piece[] = [];
  #window: Window = { left: 0, top: 0 };

  constructor(context: CanvasRenderingContext2D) {
    this.#context = context;
  }

  get window(): Window {
    return this.#window;
  }

  paint(scene: Scene, view: View, elapsed: number): void {
    const context = this.#context;
    if (this.#ground?.map !== scene.map) {
      this.#ground = new Ground(scene.map);
      this.#scenery = sceneryOf(scene.map);
      this.camera.jump();
    }
    this.camera.follow(scene.me.x * 16 + 8, scene.me.y * 16 + 4, elapsed);
    const { left, top } = this.camera.at(view, sizeOf(scene.map));
    // The rest, up to a pixel of the art, is moved by the page: so walking looks smooth at every zoom.
    this.#window = { left, top };
    const at = { left: Math.floor(left), top: Math.floor(top) };
    context.fillStyle = colorOf(0);
    context.fillRect(0, 0, context.canvas.width, context.canvas.height);
    this.#ground.draw(context, at.left, at.top, context.canvas.width, context.canvas.height);
    if (!scene.isStill) this.#glints(scene, at);
    const time = this.#sceneryTime(scene);
    const visible = this.#scenery.filter((piece) => this.#isVisible(piece.x, piece.foot, piece.half, piece.tall, at));
    for (const piece of visible) if (piece.flat) this.#piece(piece, time, at);
    this.#lying(scene, at);
    this.#uprights(scene, visible, time, at);
    this.#sky(scene, visible, time, at);
    // Signs for the player are not part of the world: no night darkens them.
    if (scene.goal) drawGoal(context, scene.goal, scene, at);
    if (scene.target && !isSameTile(scene.target, scene.goal)) drawPointer(context, scene.target, scene, at);
  }

  #sceneryTime({ serverNow, now, isBeaconLit, isStill, figures, map }: Scene): SceneryTime {
    const feet = figures.map(({ shown }) => ({ x: shown.x * 16 + 8, y: shown.y * 16 + 15 }));
    return {
      isNight: map.light === "sky" && isNight(serverNow),
      frame: isStill ? 0 : Math.floor(now / 166),
      isBeaconLit,
      isTouched: (x, foot) => feet.some((at) => Math.abs(at.x - x) < 11 && Math.abs(at.y - foot) < 9),
    };
  }

  #isVisible(x: number, foot: number, half: number, tall: number, { left, top }: Window): boolean {
    const { width, height } = this.#context.canvas;
    return x + half > left && x - half < left + width && foot + 8 > top && foot - tall < top + height;
  }

  /** Light on water: a few pixels that wink. */
  #glints({ map, now }: Scene, { left, top }: Window): void {
    const context = this.#context;
    const { width, height } = context.canvas;
    const beat = Math.floor(now / 420);
    context.fillStyle = colorOf(11);
    for (let y = Math.floor(top / 16); y <= (top + height) / 16; y++) {
      for (let x = Math.floor(left / 16); x <= (left + width) / 16; x++) {
        if (groundAt(map, x, y) !== "~" || noise(x + beat * 3, y, 61) > 0.16) continue;
        const long = noise(x, y, beat) > 0.5 ? 3 : 2;
        context.fillRect(
          Math.round(x * 16 + noise(x, y, 62 + beat) * 12 - left),
          Math.round(y * 16 + noise(y, x, 63 + beat) * 12 - top),
          long,
          1,
        );
      }
    }
  }

  #piece(piece: Piece, time: SceneryTime, { left, top }: Window): void {
    const picture = piece.sprite(time);
    this.#context.drawImage(
      picture,
      Math.round(piece.x - picture.width / 2) - left,
      piece.foot + 1 - picture.height - top,
    );
  }

  #lying({ lying, now, isStill }: Scene, { left, top }: Window): void {
    for (const { id, item, x, y } of lying) {
      const picture = itemSprite(item);
      const bob = isStill ? 0 : Math.round(Math.sin(now / 300 + id) * 1.2);
      drawShadow(this.#context, x * 16 + 8 - left, y * 16 + 13 - top, 5);
      this.#context.drawImage(
        picture,
        Math.round(x * 16 + 8 - picture.width / 2) - left,
        y * 16 + 12 - picture.height + bob - top,
      );
    }
  }

  #uprights(scene: Scene, visible: readonly Piece[], time: SceneryTime, at: Window): void {
    const me = { x: scene.me.x * 16 + 8, foot: scene.me.y * 16 + 15 };
    const all: Upright[] = visible
      .filter(({ flat }) => !flat)
      .map((piece) => ({
        foot: piece.foot,
        draw: () => {
          // One sees oneself through a tree or a roof.
          const hides =
            piece.foot > me.foot + 2 &&
            piece.tall > 30 &&
            piece.foot - piece.tall < me.foot - 8 &&
            Math.abs(piece.x - me.x) < Math.max(12, piece.half - 24);
          if (hides) this.#context.globalAlpha = 0.55;
          this.#piece(piece, time, at);
          this.#context.globalAlpha = 1;
        },
      }));
    for (const figure of scene.figures)
      all.push({ foot: figure.shown.y * 16 + 15, draw: () => this.#figure(figure, scene, at) });
    for (const creature of scene.creatures)
      all.push({ foot: creature.shown(scene.now).y * 16 + 14, draw: () => this.#creature(creature, scene, at) });
    all.sort((a, b) => a.foot - b.foot);
    for (const { draw } of all) draw();
  }

  #figure({ look, worn, shown, marks, isAway }: Figure, { now }: Scene, { left, top }: Window): void {
    const stride = Math.floor(now / 110) % 4;
    const pose: Pose = shown.moving ? (stride === 1 ? 1 : stride === 3 ? 2 : 0) : 0;
    const picture = figureSprite(look, worn, shown.direction, pose, now - marks.hitAt < FLASH ? "flash" : "plain");
    const push = knock(marks, shown, now);
    const x = Math.round(shown.x * 16 + 8 + push.x) - left;
    const y = Math.round(shown.y * 16 + 15 + push.y) - top;
    drawShadow(this.#context, x, y - 1, 6);
    if (isAway) this.#context.globalAlpha = 0.45;
    this.#context.drawImage(picture, x - picture.width / 2, y + 1 - picture.height);
    this.#context.globalAlpha = 1;
    if (now - marks.swingAt < SWING) drawSwing(this.#context, x, y - 9, shown.direction, (now - marks.swingAt) / SWING);
  }

  #creature(creature: Creature, { now, isStill }: Scene, { left, top }: Window): undefined {
    const { origin, marks, fellAt, flip, id } = creature;
    const shown = creature.shown(now);
    const push = knock(marks, shown, now);
    const x = Math.round(shown.x * 16 + 8 + push.x) - left;
    const y = Math.round(shown.y * 16 + 14 + push.y) - top;
    if (fellAt !== undefined) return drawPuff(this.#context, x, y - 6, (now - fellAt) / FALL);
    const beat = Math.floor(now / (origin.kind === "bat" ? 120 : 320) + noise(id.length, origin.x, origin.y) * 9);
    const picture: Sprite = monsterSprite(
      origin.kind,
      isStill ? 0 : beat & 1,
      flip,
      now - marks.hitAt < FLASH ? "flash" : "plain",
    );
    const up = origin.kind === "bat" ? 7 + (beat & 1) : 0;
    drawShadow(this.#context, x, y - 1, Math.round(picture.width * 0.36));
    this.#context.drawImage(picture, Math.round(x - picture.width / 2), y + 1 - picture.height - up);
    const most = kindOf(origin.kind).health;
    if (creature.health < most) drawBar(this.#context, x, y - picture.height - up - 3, creature.health / most, 2);
  }

  #sky(scene: Scene, visible: readonly Piece[], time: SceneryTime, { left, top }: Window): void {
    const { map, serverNow, figures, isBeaconLit } = scene;
    const context = this.#context;
    const dark = map.light === "dark" ? 0.86 : map.light === "sky" ? darkness(serverNow) * 0.68 : 0;
    if (dark > 0) {
      const flicker = time.frame % 7 === 0 ? 1 : 0;
      const lamps: Lamp[] = [];
      for (const { light, x, foot } of visible)
        if (light) lamps.push({ x: x - left, y: foot - light.up - top, radius: light.radius - flicker });
      for (const { shown, light, kind } of figures) {
        const radius = Math.max(light, kind === "me" ? 2.5 : kind === "player" ? 1.6 : 0) * 16;
        if (radius > 0) lamps.push({ x: shown.x * 16 + 8 - left, y: shown.y * 16 + 4 - top, radius: radius - flicker });
      }
      const beacon = map.houses.find(({ kind }) => kind === "beacon");
      if (beacon && isBeaconLit) lamps.push({ x: beacon.x * 16 + 16 - left, y: beacon.y * 16 - 10 - top, radius: 220 });
      for (const { item, x, y } of scene.lying)
        if (item === "glowcap") lamps.push({ x: x * 16 + 8 - left, y: y * 16 + 8 - top, radius: 22 });
      this.#night.draw(context, map.light === "dark" ? colorOf(0) : colorOf(8), dark, lamps);
    }
    if (map.light === "sky" && !scene.isStill)
      drawWeather(context, weatherAt(serverNow), weatherStrength(serverNow), scene.now, left, top);
  }
}

const isSameTile = (a: Place, b: Place | undefined): boolean => a.x === b?.x && a.y === b.y;

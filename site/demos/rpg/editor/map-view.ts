import { type GameMap, heightOf, type Place, widthOf } from "../rules/game-map.ts";
import { isItemId } from "../rules/items.ts";
import { isMonsterKind } from "../rules/monster-kinds.ts";
import { PEOPLE } from "../rules/people.ts";
import { Ground } from "../view/ground.ts";
import { colorOf } from "../view/palette.ts";
import { sceneryOf } from "../view/scenery.ts";
import { figureSprite, itemSprite, monsterSprite, type Sprite } from "../view/sprites.ts";

export const ZOOM = 2;
const DAY = { isNight: false, frame: 0, isBeaconLit: false, isTouched: () => false };

/** Draws the map that is edited as the game does, with marks for what the game does not show. */
export class MapView {
  #ground: Ground;

  constructor(public map: GameMap) {
    this.#ground = new Ground(map);
  }

  /** Shows another version of the map; `at` is the only tile whose ground may differ. */
  show(map: GameMap, at?: Place): void {
    if (at) this.#ground.change(map, at.x, at.y);
    else this.#ground = new Ground(map);
    this.map = map;
  }

  draw(context: CanvasRenderingContext2D, left: number, top: number, pointer: Place | undefined): void {
    const { map } = this;
    const { width, height } = context.canvas;
    context.fillStyle = colorOf(0);
    context.fillRect(0, 0, width, height);
    this.#ground.draw(context, left, top, width, height);
    const put = (sprite: Sprite, x: number, foot: number) =>
      context.drawImage(sprite, Math.round(x - sprite.width / 2) - left, foot + 1 - sprite.height - top);
    const uprights = sceneryOf(map).map((piece) => ({ foot: piece.foot, x: piece.x, sprite: piece.sprite(DAY) }));
    for (const { x, y, kind } of map.spawns)
      if (isMonsterKind(kind))
        uprights.push({ x: x * 16 + 8, foot: y * 16 + 14, sprite: monsterSprite(kind, 0, false, "plain") });
    for (const { x, y, item } of map.finds)
      if (isItemId(item)) uprights.push({ x: x * 16 + 8, foot: y * 16 + 12, sprite: itemSprite(item) });
    for (const { x, y, id } of map.people) {
      const person = PEOPLE.get(id);
      if (person) uprights.push({ x: x * 16 + 8, foot: y * 16 + 15, sprite: figureSprite(person.look, {}, 4, 0) });
    }
    uprights.sort((a, b) => a.foot - b.foot);
    for (const { sprite, x, foot } of uprights) put(sprite, x, foot);
    context.strokeStyle = colorOf(4);
    for (const { x, y } of map.exits) context.strokeRect(x * 16 + 1.5 - left, y * 16 + 1.5 - top, 13, 13);
    context.strokeStyle = colorOf(0);
    context.strokeRect(-left - 0.5, -top - 0.5, widthOf(map) * 16 + 1, heightOf(map) * 16 + 1);
    if (!pointer) return;
    context.strokeStyle = colorOf(12);
    context.strokeRect(pointer.x * 16 + 0.5 - left, pointer.y * 16 + 0.5 - top, 15, 15);
  }
}

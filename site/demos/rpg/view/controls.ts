import { createInput, type Input } from "../../shared/feel/input.ts";
import type { Game } from "../net/game.ts";
import { reachOf, type Target, targetAt, targetsOf } from "../net/targets.ts";
import { type Direction, directionOf } from "../rules/direction.ts";
import { STRIKE_TIME } from "../rules/fight.ts";
import { type Place, stepsBetween } from "../rules/game-map.ts";
import { MAPS } from "../rules/maps.ts";
import { findPath } from "../rules/path.ts";
import { playSwing } from "./sounds.ts";
import { travel } from "./travel.ts";
import type { Ui } from "./ui.ts";

export const KEYS = {
  act: ["Space", "KeyE"],
  bag: ["KeyI", "KeyB"],
  dress: ["KeyC"],
  say: ["Enter", "KeyT"],
  travel: ["KeyG"],
  close: ["Escape"],
  ...Object.fromEntries(Array.from({ length: 8 }, (_, at) => [`emote${at}`, [`Digit${at + 1}`]])),
} satisfies Record<string, readonly string[]>;

/** A finger that rests for so long steers instead of pointing at a place, ms. */
const STEERS = 260;

/** Turns keys, fingers and the gamepad into steps and acts. */
export class Controls {
  readonly input: Input;
  target: Target | undefined;
  #pressedAt: number | undefined;
  #struckAt = -1e9;
  /** The map on which it began to walk to the goal of the quest. */
  #travelsFrom: string | undefined;
  readonly #stop: () => void;

  constructor(
    readonly game: Game,
    readonly ui: Ui,
    readonly field: HTMLElement,
    /** The tile under a point of the field, in shares of its size. */
    readonly tileAt: (x: number, y: number) => Place,
  ) {
    this.input = createInput(field, { actions: KEYS, buttons: { act: 0, bag: 3, dress: 2, close: 1 } });
    const off = this.input.onPress((action) => this.#press(action));
    const down = () => {
      this.#pressedAt = performance.now();
    };
    const up = () => this.#released();
    field.addEventListener("pointerdown", down);
    field.addEventListener("pointerup", up);
    this.#stop = () => {
      off();
      this.input.stop();
      field.removeEventListener("pointerdown", down);
      field.removeEventListener("pointerup", up);
    };
  }

  stop(): void {
    this.#stop();
  }

  /** Once per step of the loop. */
  update(now: number): void {
    const { game, input, ui } = this;
    input.poll();
    const isBusy = ui.talk.peek() !== undefined;
    const wanted = isBusy ? undefined : this.#wanted(now);
    if (wanted !== undefined) this.#travelsFrom = undefined;
    game.walker.update(now, wanted);
    if (this.#travelsFrom !== undefined && game.walker.map !== this.#travelsFrom) this.travel();
    const map = MAPS.get(game.walker.map);
    this.target = map && targetAt(game.walker, game.walker.direction, this.#targets());
    const label = this.target?.label ?? "";
    if (ui.prompt.peek() !== label) ui.prompt.value = label;
    if (input.isHeld("act") && this.target?.kind === "monster" && now - this.#struckAt >= STRIKE_TIME) this.act();
  }

  /** Walks to where the quest goes on, through doors and over maps, until a key or a tap says otherwise. */
  travel(): void {
    this.ui.closeAll();
    this.#travelsFrom = travel(this.game, this.#targets(), (target) => this.#use(target))
      ? this.game.walker.map
      : undefined;
  }

  /** Does what the action key says. */
  act(): void {
    const { target } = this;
    if (this.ui.talk.peek() !== undefined) return;
    if (target) this.#do(target);
    else this.#swing();
  }

  #swing(): boolean {
    const now = performance.now();
    if (now - this.#struckAt < STRIKE_TIME - 20) return false;
    this.#struckAt = now;
    this.game.swing();
    playSwing();
    return true;
  }

  #do(target: Target): void {
    const { game, ui } = this;
    const facing = directionOf(target.x - game.walker.x, target.y - game.walker.y);
    if (facing !== undefined && !game.walker.isMoving(performance.now())) game.walker.direction = facing;
    switch (target.kind) {
      case "monster":
        if (this.#swing()) game.act({ do: "strike", monster: target.id });
        break;
      case "drop":
        game.act({ do: "take", drop: target.drop });
        break;
      case "person":
        ui.talkTo(target.person);
        break;
      case "sign":
        ui.read(target.text);
        break;
      case "player":
        game.act({ do: "askTrade", player: target.player });
        break;
    }
  }

  #wanted(now: number): Direction | undefined {
    const { x, y } = this.input.axes;
    const byKeys = Math.abs(x) + Math.abs(y) > 0.3 ? directionOf(x, y) : undefined;
    if (byKeys !== undefined) return byKeys;
    const { pointer } = this.input;
    if (!pointer?.isDown || this.#pressedAt === undefined || now - this.#pressedAt < STEERS) return undefined;
    const tile = this.tileAt(pointer.x, pointer.y);
    return stepsBetween(tile, this.game.walker) === 0
      ? undefined
      : directionOf(tile.x - this.game.walker.x, tile.y - this.game.walker.y);
  }

  /** A short press: walk there, and use what is there. */
  #released(): void {
    const pressedAt = this.#pressedAt;
    this.#pressedAt = undefined;
    this.#travelsFrom = undefined;
    const { pointer } = this.input;
    if (pressedAt === undefined || !pointer || performance.now() - pressedAt >= STEERS) return;
    this.ui.closeAll();
    const tile = this.tileAt(pointer.x, pointer.y);
    const { walker } = this.game;
    const map = MAPS.get(walker.map);
    if (!map) return;
    // Figures are taller than their tile: a press on a head means the figure.
    const hit = this.#targets()
      .filter((target) => stepsBetween(target, tile) === 0 || stepsBetween(target, { x: tile.x, y: tile.y + 1 }) === 0)
      .sort((a, b) => stepsBetween(a, tile) - stepsBetween(b, tile))[0];
    const path = findPath(map, walker, hit ?? tile, hit ? reachOf(hit) : 0);
    walker.stop();
    if (!path) return;
    walker.path = path;
    if (hit) walker.arrived = () => this.#use(hit);
  }

  /** It may have moved in the meantime. */
  #use(hit: Target): void {
    const now = this.#targets().find((target) => isSame(target, hit));
    if (now && stepsBetween(now, this.game.walker) <= reachOf(now)) this.#do(now);
  }

  #targets(): Target[] {
    const { game } = this;
    const map = MAPS.get(game.walker.map);
    if (!map) return [];
    const players = [...game.replica.actors.values()].map(({ id, place }) => ({
      id,
      place,
      name: game.room.players.peek().find((player) => player.id === id)?.name ?? "them",
    }));
    return targetsOf({ map, creatures: game.replica.creatures.values(), drops: game.dropsOn(map.id), players });
  }

  #press(action: string): void {
    const { ui, game } = this;
    if (action === "act") this.act();
    else if (action === "travel") this.travel();
    else if (action === "close") ui.closeAll();
    else if (action === "say") ui.isTyping.value = true;
    else if (action === "bag" || action === "dress") ui.toggle(action);
    else if (action.startsWith("emote") && ui.talk.peek() === undefined) game.emote(Number(action.slice(5)));
  }
}

function isSame(a: Target, b: Target): boolean {
  if (a.kind === "monster" && b.kind === "monster") return a.id === b.id;
  if (a.kind === "drop" && b.kind === "drop") return a.drop === b.drop;
  if (a.kind === "player" && b.kind === "player") return a.player === b.player;
  return a.kind === b.kind && a.x === b.x && a.y === b.y;
}

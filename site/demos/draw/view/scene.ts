import RBush from "rbush";
import type { Drawing, Thing } from "../rules/drawing.ts";
import { compareOrder } from "../rules/operation.ts";
import type { Camera, Size } from "./camera.ts";
import { type Box, boxOf, union } from "./ink.ts";
import { type Context, type Images, paintThing } from "./paint.ts";
import type { Light } from "./palette.ts";
import { Tiles } from "./tiles.ts";

interface Leaf extends Box {
  readonly thing: Thing;
}

/** Which objects of a drawing are shown. */
export interface Shown {
  readonly drawing: Drawing;
  readonly board: string | undefined;
  /** Players whose layer is hidden. */
  readonly hidden: ReadonlySet<string>;
}

/** ms per frame for painting tiles. */
const BUDGET = 6;

/** The finished objects on the screen: where they are, and their tiles. */
export class Scene {
  readonly #images: Images;
  readonly #leaves = new Map<string, Leaf>();
  #index = new RBush<Leaf>();
  /** Objects that are being moved or erased and drawn elsewhere. */
  #lifted: ReadonlySet<string> = new Set();
  #tiles: Tiles | undefined;
  /** Tiles of the zoom before, shown while those of the new one are painted. */
  #before: Tiles | undefined;
  #shown: Shown;
  #light: Light = "day";

  constructor(shown: Shown, images: Images) {
    this.#shown = shown;
    this.#images = images;
    this.show(shown);
  }

  get shown(): Shown {
    return this.#shown;
  }

  set light(light: Light) {
    if (light === this.#light) return;
    this.#light = light;
    this.refresh();
  }

  /** Shows another drawing, board or choice of layers. */
  show(shown: Shown): void {
    this.#shown = shown;
    this.#leaves.clear();
    const leaves = shown.drawing.things(shown.board).flatMap((thing) => {
      if (shown.hidden.has(thing.player)) return [];
      const leaf = { ...boxOf(thing), thing };
      this.#leaves.set(thing.id, leaf);
      return [leaf];
    });
    this.#index = new RBush<Leaf>().load(leaves);
    this.refresh();
  }

  /** Paints everything again, as when an image has arrived. */
  refresh(): void {
    this.#tiles?.invalidateAll();
    this.#before = undefined;
  }

  /** These objects may have changed. */
  update(ids: Iterable<string>): void {
    for (const id of ids) {
      const old = this.#leaves.get(id);
      const found = this.#shown.drawing.get(id);
      const thing = found && this.#isShown(found) ? found : undefined;
      if (old?.thing === thing) continue;
      if (old) {
        this.#index.remove(old);
        this.#leaves.delete(id);
        this.#invalidate(old);
      }
      if (!thing) continue;
      const leaf = { ...boxOf(thing), thing };
      this.#leaves.set(id, leaf);
      this.#index.insert(leaf);
      this.#invalidate(leaf, old || this.#lifted.has(id) ? undefined : thing);
    }
  }

  #isShown({ board, player }: Thing): boolean {
    return board === this.#shown.board && !this.#shown.hidden.has(player);
  }

  #invalidate(box: Box, added?: Thing): void {
    this.#tiles?.invalidate(box, added);
    this.#before?.invalidate(box, added);
  }

  /** Leaves these objects out, because they are drawn elsewhere. */
  lift(ids: ReadonlySet<string>): void {
    const changed = [...ids].filter((id) => !this.#lifted.has(id));
    changed.push(...[...this.#lifted].filter((id) => !ids.has(id)));
    this.#lifted = ids;
    for (const id of changed) {
      const leaf = this.#leaves.get(id);
      if (leaf) this.#invalidate(leaf);
    }
  }

  /** Objects that touch the box, from bottom to top. */
  within(box: Box): Thing[] {
    const found = this.#index.search(box).map(({ thing }) => thing);
    return found.sort((a, b) => compareOrder(a.order, b.order));
  }

  /** Around everything. */
  box(): Box | undefined {
    return union([...this.#leaves.values()]);
  }

  get size(): number {
    return this.#leaves.size;
  }

  /** Draws the scene; returns whether it is complete. While a zoom goes on, `settled` is false. */
  draw(context: Context, camera: Camera, size: Size, ratio: number, settled: boolean): boolean {
    const deadline = performance.now() + BUDGET;
    const scale = camera.zoom * ratio;
    if (!this.#tiles || (settled && this.#tiles.scale !== scale)) {
      this.#before = this.#tiles;
      this.#tiles = new Tiles(
        {
          within: (box) => this.within(box).filter(({ id }) => !this.#lifted.has(id)),
          paint: (target, thing) => paintThing(target, thing, this.#light, this.#images),
        },
        scale,
      );
    }
    if (this.#before) {
      // Painted elsewhere first: old tiles must not shine through the new ones.
      const isComplete = this.#tiles.draw(context, camera, size, ratio, deadline);
      context.clearRect(0, 0, size.width * ratio, size.height * ratio);
      if (!isComplete) {
        this.#before.draw(context, camera, size, ratio, 0);
        return false;
      }
      this.#before = undefined;
    }
    return this.#tiles.draw(context, camera, size, ratio, deadline) && this.#tiles.scale === scale;
  }
}

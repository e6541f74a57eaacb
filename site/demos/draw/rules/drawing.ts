import { sha256Hex } from "./chain.ts";
import type { Accepted } from "./logs.ts";
import { compareOrder, type Edit, type Operation, type Order, playerOf } from "./operation.ts";
import type { Shape } from "./shapes.ts";

/** Where an object is now: moved by x and y, and scaled about its own top left corner. */
export interface Place {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

export const AT_HOME: Place = { x: 0, y: 0, scale: 1 };

/** An object as it is now. A new one is made with every change, so `===` tells whether it changed. */
export interface Thing {
  readonly id: string;
  readonly player: string;
  readonly board: string | undefined;
  readonly shape: Shape;
  readonly place: Place;
  readonly order: Order;
}

interface Entry {
  made: (Order & { readonly operation: Extract<Operation, { op: "add" }> }) | undefined;
  readonly edits: (Order & { readonly edit: Edit })[];
  readonly removals: Order[];
}

const reference = (author: string, number: number): string => `${author}:${number}`;

/** The shape with its text or colour changed, where it has one. */
function edited(shape: Shape, { text, color }: Edit): Shape {
  if (shape.kind === "image") return shape;
  if (shape.kind === "note")
    return {
      ...shape,
      ...(text === undefined ? {} : { text: text.slice(0, 280) }),
      ...(color === undefined || color > 4 ? {} : { color }),
    };
  const recolored = color === undefined ? shape : { ...shape, color };
  return recolored.kind === "text" && text !== undefined ? { ...recolored, text } : recolored;
}

/**
 * What is on the paper: the result of all operations, the same whatever order they arrive in, as long as those of one author
 * arrive in theirs. Every object is computed from the operations that concern it, in the order of `compareOrder`, without those
 * that their author has undone.
 */
export class Drawing {
  readonly #entries = new Map<string, Entry>();
  readonly #things = new Map<string, Thing>();
  readonly #undone = new Set<string>();
  readonly #targets = new Map<string, readonly string[]>();
  /** The latest Lamport time seen. */
  time = 0;

  get size(): number {
    return this.#things.size;
  }

  get(id: string): Thing | undefined {
    return this.#things.get(id);
  }

  /** The objects from bottom to top. */
  things(board?: string): Thing[] {
    const all = [...this.#things.values()].filter((one) => one.board === board);
    return all.sort((a, b) => compareOrder(a.order, b.order));
  }

  /** Applies an operation and returns the ids of the objects that may look different now. */
  apply({ author, number, operation }: Accepted): readonly string[] {
    this.time = Math.max(this.time, operation.time);
    const order: Order = { time: operation.time, author, number };
    const targets = this.#record(order, operation);
    for (const id of targets) this.#compute(id);
    return targets;
  }

  #record(order: Order, operation: Operation): readonly string[] {
    const name = reference(order.author, order.number);
    switch (operation.op) {
      case "add": {
        this.#entry(name).made = { ...order, operation };
        return this.#aim(name, [name]);
      }
      case "edit": {
        for (const edit of operation.edits) this.#entry(edit.id).edits.push({ ...order, edit });
        const ids = operation.edits.map(({ id }) => id);
        return this.#aim(name, ids);
      }
      case "remove": {
        for (const id of operation.ids) this.#entry(id).removals.push(order);
        return this.#aim(name, operation.ids);
      }
      case "undo":
      case "redo": {
        const of = reference(order.author, operation.of);
        if (operation.op === "undo") this.#undone.add(of);
        else this.#undone.delete(of);
        return this.#targets.get(of) ?? [];
      }
    }
  }

  #aim(name: string, ids: readonly string[]): readonly string[] {
    this.#targets.set(name, ids);
    return ids;
  }

  #entry(id: string): Entry {
    const entry = this.#entries.get(id) ?? { made: undefined, edits: [], removals: [] };
    this.#entries.set(id, entry);
    return entry;
  }

  #counts({ author, number }: Order): boolean {
    return !this.#undone.has(reference(author, number));
  }

  #compute(id: string): void {
    const { made, edits, removals } = this.#entry(id);
    if (!made || !this.#counts(made) || removals.some((one) => this.#counts(one))) {
      this.#things.delete(id);
      return;
    }
    let { shape } = made.operation;
    let place = AT_HOME;
    edits.sort(compareOrder);
    for (const one of edits) {
      if (!this.#counts(one)) continue;
      const { edit } = one;
      if (edit.place) place = { x: edit.place[0], y: edit.place[1], scale: edit.place[2] };
      shape = edited(shape, edit);
    }
    const { author, number, time } = made;
    const order = { author, number, time };
    this.#things.set(id, { id, player: playerOf(author), board: made.operation.board, shape, place, order });
  }

  /** The same text on all peers that show the same drawing. */
  digest(board?: string): string {
    return sha256Hex(JSON.stringify(this.things(board).map(({ id, shape, place }) => [id, shape, place])));
  }
}

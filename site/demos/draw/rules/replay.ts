import { Drawing } from "./drawing.ts";
import type { Accepted, Logs } from "./logs.ts";
import { compareOrder, type Operation } from "./operation.ts";
import { unpackPoints } from "./points.ts";
import { isStroke, type Stroke } from "./shapes.ts";

/** How long an operation takes in a replay, in points of ink. */
const OTHER = 8;

const lengthOf = (operation: Operation): number =>
  operation.op === "add" && isStroke(operation.shape) ? (unpackPoints(operation.shape.points)?.length ?? OTHER) : OTHER;

export interface ReplayFrame {
  readonly drawing: Drawing;
  /** Objects that may look different since the call before; all of them after a step back. */
  readonly changed: readonly string[] | "all";
  /** The stroke that is being drawn, and how many of its points are visible. */
  readonly growing: { readonly stroke: Stroke; readonly points: number } | undefined;
}

/** All operations in their common order, to be shown again from an empty paper. Move to any part of it, forwards or backwards. */
export class Replay {
  readonly #operations: readonly Accepted[];
  /** Where each operation begins. */
  readonly #starts: number[] = [];
  readonly length: number;
  #drawing = new Drawing();
  #applied = 0;

  constructor(logs: Logs, board?: string) {
    const all = logs.heads().flatMap(({ author, count }) =>
      (logs.batch(author, 1, count)?.operations ?? []).map((operation, at) => ({
        author,
        number: at + 1,
        operation,
      })),
    );
    const order = ({ author, number, operation }: Accepted) => ({ author, number, time: operation.time });
    all.sort((a, b) => compareOrder(order(a), order(b)));
    this.#operations = all;
    let length = 0;
    for (const { operation } of all) {
      this.#starts.push(length);
      const elsewhere = operation.op === "add" && operation.board !== board;
      length += elsewhere ? 0 : lengthOf(operation);
    }
    this.length = length;
  }

  /** The drawing as it was after that many points of ink. */
  at(position: number): ReplayFrame {
    let isBack = false;
    if (this.#applied > 0 && (this.#starts[this.#applied] ?? this.length) > position) {
      this.#drawing = new Drawing();
      this.#applied = 0;
      isBack = true;
    }
    const changed: string[] = [];
    for (; this.#applied < this.#operations.length; this.#applied++) {
      const one = this.#operations[this.#applied];
      const end = this.#starts[this.#applied + 1] ?? this.length;
      if (!one || end > position) break;
      changed.push(...this.#drawing.apply(one));
    }
    return { drawing: this.#drawing, changed: isBack ? "all" : changed, growing: this.#growing(position) };
  }

  #growing(position: number): ReplayFrame["growing"] {
    const operation = this.#operations[this.#applied]?.operation;
    if (operation?.op !== "add" || !isStroke(operation.shape)) return undefined;
    const points = Math.floor(position - (this.#starts[this.#applied] ?? 0));
    return points > 0 ? { stroke: operation.shape, points } : undefined;
  }
}

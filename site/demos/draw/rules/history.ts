import type { Operation, Step } from "./operation.ts";

/**
 * What its author can undo and redo: the numbers of their own operations, and nobody else's. Each board has a history of its own,
 * so that undo never changes what is not on the screen.
 */
export class History {
  readonly #done = new Map<string, number[]>();
  readonly #undone = new Map<string, number[]>();

  /** Takes note of the author's own operation. */
  note(board: string | undefined, number: number, operation: Operation): void {
    const done = this.#list(this.#done, board);
    const undone = this.#list(this.#undone, board);
    if (operation.op === "undo") {
      remove(done, operation.of);
      undone.push(operation.of);
    } else if (operation.op === "redo") {
      remove(undone, operation.of);
      done.push(operation.of);
    } else {
      done.push(number);
      // Something new was drawn: what was undone before it stays undone.
      undone.length = 0;
    }
  }

  undo(board?: string): Step | undefined {
    const of = this.#list(this.#done, board).at(-1);
    return of === undefined ? undefined : { op: "undo", of };
  }

  redo(board?: string): Step | undefined {
    const of = this.#list(this.#undone, board).at(-1);
    return of === undefined ? undefined : { op: "redo", of };
  }

  #list(lists: Map<string, number[]>, board = ""): number[] {
    const list = lists.get(board) ?? [];
    lists.set(board, list);
    return list;
  }
}

function remove(list: number[], number: number): void {
  const at = list.lastIndexOf(number);
  if (at >= 0) list.splice(at, 1);
}

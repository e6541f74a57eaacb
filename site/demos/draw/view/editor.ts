import type { Step } from "../rules/operation.ts";
import { MAX_NOTE, MAX_TEXT } from "../rules/shapes.ts";
import type { Stage, Writing } from "./stage.ts";

/** Longest text of what is being written. */
export const limitOf = ({ shape }: Writing): number => (shape.kind === "note" ? MAX_NOTE : MAX_TEXT);

export const textOf = ({ shape }: Writing): string => ("text" in shape ? shape.text : "");

/** Puts what was written on the paper. An empty text disappears; an empty note stays, as a coloured spot. */
export function finishWriting(stage: Stage, writing: Writing, text: string): void {
  stage.writing.value = undefined;
  const { shape, id } = writing;
  if (shape.kind !== "text" && shape.kind !== "note") return;
  const written = text.slice(0, limitOf(writing)).trimEnd();
  const isGone = shape.kind === "text" && written === "";
  let step: Step | undefined;
  if (id === undefined) step = isGone ? undefined : { op: "add", shape: { ...shape, text: written } };
  else if (isGone) step = { op: "remove", ids: [id] };
  else if (written !== shape.text) step = { op: "edit", edits: [{ id, text: written }] };
  const added = step && stage.session.perform(step);
  const next = id ?? added;
  if (next !== undefined && !isGone) {
    stage.style.value = { ...stage.style.peek(), tool: "select" };
    stage.selection.value = new Set([next]);
  }
}

/** Opens the text or note under the pointer, if it is one's own. */
export function editAt(stage: Stage, x: number, y: number): void {
  const reach = 4 / stage.camera.peek().zoom;
  const own = stage.desk.own({ minX: x - reach, minY: y - reach, maxX: x + reach, maxY: y + reach });
  const found = own.findLast(({ shape }) => shape.kind === "text" || shape.kind === "note");
  if (found && stage.session.mayDraw.peek()) stage.writing.value = { shape: found.shape, id: found.id };
}

import type { Thing } from "../rules/drawing.ts";
import type { Stage } from "./stage.ts";
import { selected } from "./tools/select.ts";

/** Objects in one operation at most. */
const MOST = 300;

const chosen = (stage: Stage): Thing[] => selected(stage.desk).slice(0, MOST);

export function removeSelection(stage: Stage): void {
  const ids = chosen(stage).map(({ id }) => id);
  if (ids.length > 0) stage.session.perform({ op: "remove", ids });
  stage.selection.value = new Set();
}

export function nudgeSelection(stage: Stage, dx: number, dy: number): void {
  const things = chosen(stage);
  if (things.length === 0) return;
  const edits = things.map(({ id, place: { x, y, scale } }) => {
    const place: [number, number, number] = [x + dx, y + dy, scale];
    return { id, place };
  });
  stage.session.perform({ op: "edit", edits });
}

export function recolorSelection(stage: Stage, color: number): void {
  const things = chosen(stage).filter(({ shape }) => shape.kind !== "image" && (shape.kind !== "note" || color < 5));
  if (things.length > 0) stage.session.perform({ op: "edit", edits: things.map(({ id }) => ({ id, color })) });
}

export function duplicateSelection(stage: Stage): void {
  const copies = chosen(stage).flatMap(({ shape, place }) => {
    const id = stage.session.perform({ op: "add", shape });
    return id === undefined ? [] : [{ id, place }];
  });
  if (copies.length === 0) return;
  const edits = copies.map(({ id, place: { x, y, scale } }) => {
    const moved: [number, number, number] = [x + 24, y + 24, scale];
    return { id, place: moved };
  });
  stage.session.perform({ op: "edit", edits });
  stage.selection.value = new Set(copies.map(({ id }) => id));
}

export function selectAll(stage: Stage): void {
  const everywhere = { minX: -Infinity, minY: -Infinity, maxX: Infinity, maxY: Infinity };
  stage.style.value = { ...stage.style.peek(), tool: "select" };
  stage.selection.value = new Set(
    stage.desk
      .own(everywhere)
      .map(({ id }) => id)
      .slice(-MOST),
  );
}

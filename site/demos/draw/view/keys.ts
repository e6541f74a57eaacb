import { duplicateSelection, nudgeSelection, removeSelection, selectAll } from "./selection.ts";
import type { Stage } from "./stage.ts";
import { SHEET_TOOLS, type ToolName } from "./style.ts";

/** Tools by their keys, as the tray shows them. */
export const TOOL_KEYS: Readonly<Record<string, ToolName>> = {
  v: "select",
  g: "hand",
  p: "pen",
  m: "highlighter",
  e: "eraser",
  r: "rectangle",
  o: "ellipse",
  l: "line",
  a: "arrow",
  t: "text",
  n: "note",
};

const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};
const STEP = 8;
const PAN = 60;

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.closest("input, textarea, select, dialog, [contenteditable]") !== null;

function withControl(stage: Stage, key: string, isShift: boolean): boolean {
  const { session } = stage;
  if (key === "z") {
    if (isShift) session.redo();
    else session.undo();
  } else if (key === "y") session.redo();
  else if (key === "a") selectAll(stage);
  else if (key === "d") duplicateSelection(stage);
  else return false;
  return true;
}

function plain(stage: Stage, key: string): boolean {
  const arrow = ARROWS[key];
  const tool = TOOL_KEYS[key.toLowerCase()];
  if (arrow && stage.selection.peek().size > 0) nudgeSelection(stage, arrow[0] * STEP, arrow[1] * STEP);
  else if (arrow && stage.isFree) {
    const { x, y, zoom } = stage.camera.peek();
    stage.moveTo({ x: x + (arrow[0] * PAN) / zoom, y: y + (arrow[1] * PAN) / zoom, zoom });
  } else if (tool) {
    const isThere = stage.session.picture.peek() === undefined || SHEET_TOOLS.includes(tool);
    if (isThere) stage.style.value = { ...stage.style.peek(), tool };
  } else if (key === "Delete" || key === "Backspace") removeSelection(stage);
  else if (key === "Escape") stage.selection.value = new Set();
  else if (key === "+" || key === "=") stage.zoomBy(1.25);
  else if (key === "-") stage.zoomBy(0.8);
  else if (key === "1") stage.fit();
  else if (key === "0") stage.zoomBy(1 / stage.camera.peek().zoom);
  else return false;
  return true;
}

/** The keyboard: tools, undo, zoom, and the selection. Returns an unsubscribe function. */
export function listenToKeys(stage: Stage): () => void {
  const stop = new AbortController();
  const down = (event: KeyboardEvent) => {
    if (isTyping(event.target) || event.altKey) return;
    const isControl = event.ctrlKey || event.metaKey;
    if (event.key === " " && !(event.target instanceof HTMLButtonElement)) {
      stage.isSpaceHeld.value = true;
      event.preventDefault();
      return;
    }
    const isHandled = isControl ? withControl(stage, event.key.toLowerCase(), event.shiftKey) : plain(stage, event.key);
    if (isHandled) event.preventDefault();
  };
  const up = (event: KeyboardEvent) => {
    if (event.key === " ") stage.isSpaceHeld.value = false;
  };
  addEventListener("keydown", down, { signal: stop.signal });
  addEventListener("keyup", up, { signal: stop.signal });
  addEventListener("blur", () => (stage.isSpaceHeld.value = false), { signal: stop.signal });
  return () => stop.abort();
}

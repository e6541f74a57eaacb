import type { ToolName } from "../style.ts";
import { highlighter, pen } from "./draw.ts";
import { eraser } from "./eraser.ts";
import { figure } from "./figure.ts";
import { select } from "./select.ts";
import type { Start } from "./tool.ts";
import { note, text } from "./writing.ts";

/** What begins when the pointer is pressed. The hand moves the paper, which the stage does (view/pointers.ts). */
export const starts: Readonly<Record<Exclude<ToolName, "hand">, Start>> = {
  select,
  pen,
  highlighter,
  eraser,
  rectangle: figure("rectangle"),
  ellipse: figure("ellipse"),
  line: figure("line"),
  arrow: figure("arrow"),
  text,
  note,
};

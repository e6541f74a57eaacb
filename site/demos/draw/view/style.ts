export const TOOLS = [
  "select",
  "hand",
  "pen",
  "highlighter",
  "eraser",
  "rectangle",
  "ellipse",
  "line",
  "arrow",
  "text",
  "note",
] as const;
export type ToolName = (typeof TOOLS)[number];

/** Widths of the four sizes, CSS pixels at the zoom at which they are drawn. */
export const WIDTHS = [3, 6, 12, 24] as const;

/** What the next stroke looks like. */
export interface Style {
  readonly tool: ToolName;
  readonly color: number;
  readonly noteColor: number;
  /** Index of WIDTHS. */
  readonly size: number;
}

export const FIRST_STYLE: Style = { tool: "pen", color: 0, noteColor: 0, size: 1 };

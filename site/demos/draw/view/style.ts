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

/** The tools on the sheet of a game of guessing: nothing is moved or written there. */
export const SHEET_TOOLS: readonly ToolName[] = [
  "pen",
  "highlighter",
  "eraser",
  "rectangle",
  "ellipse",
  "line",
  "arrow",
];

/** The style for a sheet. A player who had just moved something takes a pen, as no button of its tray would. */
export const forSheet = (style: Style): Style => (SHEET_TOOLS.includes(style.tool) ? style : { ...style, tool: "pen" });

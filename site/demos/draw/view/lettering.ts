import { FONT } from "./palette.ts";

let context: OffscreenCanvasRenderingContext2D | undefined;

/** Width of a line of text on the paper. The font must have been loaded, or peers would break lines at different words. */
export function textWidth(text: string, size: number): number {
  if (typeof OffscreenCanvas === "undefined") return text.length * size * 0.45;
  context ??= new OffscreenCanvas(1, 1).getContext("2d") ?? undefined;
  if (!context) return text.length * size * 0.45;
  context.font = `${size}px ${FONT}`;
  return context.measureText(text).width;
}

/** Lines no wider than that. A word that is wider is broken. */
export function wrapped(text: string, size: number, width: number): string[] {
  return text.split("\n").flatMap((paragraph) => {
    const lines: string[] = [];
    let line = "";
    for (const word of paragraph.split(" ")) {
      const longer = line === "" ? word : `${line} ${word}`;
      if (textWidth(longer, size) <= width) {
        line = longer;
        continue;
      }
      if (line !== "") lines.push(line);
      line = word;
      while (textWidth(line, size) > width && line.length > 1) {
        let end = line.length - 1;
        while (end > 1 && textWidth(line.slice(0, end), size) > width) end--;
        lines.push(line.slice(0, end));
        line = line.slice(end);
      }
    }
    return [...lines, line];
  });
}

/** Loads the handwriting; resolves even if it fails, because a drawing in another font is better than none. */
export async function loadLettering(): Promise<void> {
  try {
    await document.fonts.load(`28px ${FONT}`);
  } catch {
    // The fallback is drawn.
  }
}

import type { DrawSession } from "../net/session.ts";
import type { Thing } from "../rules/drawing.ts";
import { type Box, boxOf, inkOf, LINE_HEIGHT, type Part, union } from "./ink.ts";
import { colorOfPaint, type Images, paintThing } from "./paint.ts";
import { FONT, PAPER } from "./palette.ts";

const MARGIN = 24;
/** Longest side of a PNG, pixels: what browsers can make. */
const LONGEST = 8_192;

const frameOf = (things: readonly Thing[]): Box => {
  const box = union(things.map(boxOf)) ?? { minX: 0, minY: 0, maxX: 800, maxY: 600 };
  return { minX: box.minX - MARGIN, minY: box.minY - MARGIN, maxX: box.maxX + MARGIN, maxY: box.maxY + MARGIN };
};

/** The objects as a PNG on paper, at twice their size if that is possible. */
export async function toPng(things: readonly Thing[], images: Images): Promise<Blob> {
  const { minX, minY, maxX, maxY } = frameOf(things);
  const scale = Math.min(2, LONGEST / Math.max(maxX - minX, maxY - minY));
  const canvas = new OffscreenCanvas(
    Math.max(1, Math.ceil((maxX - minX) * scale)),
    Math.max(1, Math.ceil((maxY - minY) * scale)),
  );
  const context = canvas.getContext("2d");
  if (!context) throw new Error("this browser has no canvas");
  context.fillStyle = PAPER.day;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.setTransform(scale, 0, 0, scale, -minX * scale, -minY * scale);
  for (const thing of things) paintThing(context, thing, "day", images);
  return canvas.convertToBlob({ type: "image/png" });
}

const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`).replace(/[^\P{Cc}\n]/gu, "");

function partSvg(part: Part, imageUrl: (hash: string) => string | undefined): string {
  if (part.part === "image") {
    const { x, y, width, height, hash } = part;
    const url = imageUrl(hash);
    return url
      ? `<image x="${x}" y="${y}" width="${width}" height="${height}" href="${url}" preserveAspectRatio="none"/>`
      : "";
  }
  const color = colorOfPaint(part.paint, "day");
  if (part.part === "fill")
    return `<path d="${part.d}" fill="${color}"${part.opacity === 1 ? "" : ` fill-opacity="${part.opacity}"`}/>`;
  if (part.part === "line")
    return `<path d="${part.d}" fill="none" stroke="${color}" stroke-width="${part.width}" stroke-linecap="round" stroke-linejoin="round"/>`;
  const lines = part.lines.map((line, at) => {
    const y = part.y + at * part.size * LINE_HEIGHT + part.size * 0.95;
    return `<text x="${part.x}" y="${y}" xml:space="preserve">${escaped(line)}</text>`;
  });
  return `<g fill="${color}" font-size="${part.size}">${lines.join("")}</g>`;
}

function thingSvg({ shape, place }: Thing, imageUrl: (hash: string) => string | undefined): string {
  const { parts, box, tilt } = inkOf(shape);
  const { x, y, scale } = place;
  const moves: string[] = [];
  if (x !== 0 || y !== 0 || scale !== 1)
    moves.push(`translate(${box.minX + x} ${box.minY + y}) scale(${scale}) translate(${-box.minX} ${-box.minY})`);
  if (tilt !== 0)
    moves.push(`rotate(${(tilt * 180) / Math.PI} ${(box.minX + box.maxX) / 2} ${(box.minY + box.maxY) / 2})`);
  const content = parts.map((part) => partSvg(part, imageUrl)).join("");
  return moves.length === 0 ? content : `<g transform="${moves.join(" ")}">${content}</g>`;
}

/** The objects as an SVG with paths, texts and embedded images, in the order in which they were drawn. */
export function toSvg(things: readonly Thing[], imageUrl: (hash: string) => string | undefined): string {
  const { minX, minY, maxX, maxY } = frameOf(things);
  const view = `${minX} ${minY} ${maxX - minX} ${maxY - minY}`;
  const body = things.map((thing) => thingSvg(thing, imageUrl)).join("\n");
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${view}" width="${maxX - minX}" height="${maxY - minY}" font-family="${escaped(FONT)}">
<rect x="${minX}" y="${minY}" width="${maxX - minX}" height="${maxY - minY}" fill="${PAPER.day}"/>
${body}
</svg>
`;
}

/** The bytes of an image as the address that an SVG can hold. */
export function imageUrls(session: DrawSession): (hash: string) => string | undefined {
  return (hash) => {
    const bytes = session.images.bytes(hash);
    if (!bytes) return undefined;
    let text = "";
    for (const byte of bytes) text += String.fromCharCode(byte);
    const type = bytes[0] === 0x89 ? "png" : bytes[0] === 0xff ? "jpeg" : "webp";
    return `data:image/${type};base64,${btoa(text)}`;
  };
}

/** Offers a file to the visitor. */
export function save(content: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

import { MAX_IMAGE } from "../rules/shapes.ts";
import { toPaper } from "./camera.ts";
import type { Stage } from "./stage.ts";

/** Longest side of an image that is sent, pixels, and its longest side on the paper at first. */
const SENT = 1_200;
const SHOWN = 420;
const TYPES = ["image/png", "image/jpeg", "image/webp", "image/gif", "image/avif", "image/bmp"];
/** Files larger than this are not even read. */
const MAX_FILE = 20 * 1024 ** 2;

/** An image scaled down and encoded so that it fits into one message; undefined if it is not an image that this browser can read. */
async function prepared(file: Blob) {
  if (!TYPES.includes(file.type) || file.size > MAX_FILE) return undefined;
  const bitmap = await createImageBitmap(file).catch(() => undefined);
  if (!bitmap) return undefined;
  for (let side = SENT, quality = 0.86; side >= 200; side *= 0.75, quality -= 0.06) {
    const scale = Math.min(1, side / Math.max(bitmap.width, bitmap.height));
    const canvas = new OffscreenCanvas(
      Math.max(1, Math.round(bitmap.width * scale)),
      Math.max(1, Math.round(bitmap.height * scale)),
    );
    canvas.getContext("2d")?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    // Browsers that cannot write WebP write PNG instead.
    const blob = await canvas.convertToBlob({ type: "image/webp", quality });
    if (blob.size <= MAX_IMAGE) {
      bitmap.close();
      return { bytes: new Uint8Array(await blob.arrayBuffer()), width: canvas.width, height: canvas.height };
    }
  }
  bitmap.close();
  return undefined;
}

/** Puts image files on the paper, the first one with its middle at that place of the screen. Returns what went wrong, if anything. */
export async function dropImages(
  stage: Stage,
  files: readonly Blob[],
  at?: readonly [number, number],
): Promise<string | undefined> {
  const { width, height } = stage.size.peek();
  let [x, y] = toPaper(stage.camera.peek(), at?.[0] ?? width / 2, at?.[1] ?? height / 2);
  let problem: string | undefined;
  for (const file of files.slice(0, 6)) {
    const image = await prepared(file);
    const scale = image ? Math.min(1, SHOWN / Math.max(image.width, image.height)) : 1;
    const [shownWidth, shownHeight] = image
      ? [Math.max(1, image.width * scale), Math.max(1, image.height * scale)]
      : [1, 1];
    const place = { x: Math.round(x - shownWidth / 2), y: Math.round(y - shownHeight / 2) };
    if (!image || !(await stage.session.addImage(image.bytes, { ...place, width: shownWidth, height: shownHeight }))) {
      problem = "This file is not an image that can be shared. Try a PNG or JPEG below 20 MB.";
      continue;
    }
    x += 32;
    y += 32;
  }
  return problem;
}

import { imageHeader } from "../../shared/images/image-header.ts";
import { describeImage } from "../rules/image.ts";
import { IMAGE_BYTES, IMAGE_SIDE } from "../rules/message.ts";

/** Longest side of what is sent, pixels, and bytes it should have at most. */
const SIDE = 1_600;
const BYTES = 300_000;
const QUALITIES = [0.86, 0.75, 0.6, 0.4];
/** Longest side of an image that is made smaller here, and bytes of its file. */
const LARGEST_SIDE = 16_384;
const LARGEST_FILE = 40_000_000;

export interface PreparedImage {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly image: NonNullable<ReturnType<typeof describeImage>>;
}

async function encoded(bitmap: ImageBitmap, scale: number, quality: number): Promise<Uint8Array<ArrayBuffer>> {
  const canvas = new OffscreenCanvas(
    Math.max(1, Math.round(bitmap.width * scale)),
    Math.max(1, Math.round(bitmap.height * scale)),
  );
  canvas.getContext("2d")?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  // A browser that cannot write WebP writes PNG; then JPEG is smaller.
  let blob = await canvas.convertToBlob({ type: "image/webp", quality });
  if (blob.type !== "image/webp") blob = await canvas.convertToBlob({ type: "image/jpeg", quality });
  return new Uint8Array(await blob.arrayBuffer());
}

/**
 * An image as it is sent: small enough, and without what cameras add, such as the place where it was taken. Only short animations stay as
 * they are. Throws an error for people to read.
 */
export async function prepareImage(file: Blob): Promise<PreparedImage> {
  if (file.size > LARGEST_FILE)
    throw new Error("This image is larger than 40 MB. Make it smaller first, or use the file transfer.");
  const original = new Uint8Array(await file.arrayBuffer());
  const header = imageHeader(original, LARGEST_SIDE);
  if (!header)
    throw new Error("Only JPEG, PNG, GIF, WebP and AVIF images can be sent here. SVG files can contain scripts.");
  const isSmall = original.length <= IMAGE_BYTES && Math.max(header.width, header.height) <= IMAGE_SIDE;
  const kept = header.type === "image/gif" && isSmall ? describeImage(original) : undefined;
  if (kept) return { bytes: original, image: kept };
  const bitmap = await createImageBitmap(new Blob([original], { type: header.type })).catch(() => undefined);
  if (!bitmap) throw new Error("This image cannot be read. The file may be damaged.");
  try {
    const scale = Math.min(1, SIDE / Math.max(bitmap.width, bitmap.height));
    let bytes = await encoded(bitmap, scale, 0.86);
    for (const quality of QUALITIES) {
      if (bytes.length <= BYTES) break;
      bytes = await encoded(bitmap, scale, quality);
    }
    const image = describeImage(bytes);
    if (!image) throw new Error("This image does not become small enough to be sent.");
    return { bytes, image };
  } finally {
    bitmap.close();
  }
}

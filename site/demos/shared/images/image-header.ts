/** Formats that are pictures and nothing else. SVG is not among them: it can contain scripts and links. */
export interface ImageHeader {
  readonly type: "image/png" | "image/jpeg" | "image/webp" | "image/gif" | "image/avif";
  readonly width: number;
  readonly height: number;
}

const textAt = (bytes: Uint8Array, at: number, length: number): string =>
  String.fromCharCode(...bytes.subarray(at, at + length));

function png(view: DataView): ImageHeader | undefined {
  const isPng = view.getUint32(0) === 0x89504e47 && view.getUint32(12) === 0x49484452;
  return isPng ? { type: "image/png", width: view.getUint32(16), height: view.getUint32(20) } : undefined;
}

/** Walks over the segments to the one that has the size. */
function jpeg(view: DataView): ImageHeader | undefined {
  if (view.getUint16(0) !== 0xffd8) return undefined;
  let at = 2;
  while (view.getUint8(at) === 0xff) {
    const marker = view.getUint8(at + 1);
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return { type: "image/jpeg", height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
    at += 2 + view.getUint16(at + 2);
  }
  return undefined;
}

function webp(view: DataView, bytes: Uint8Array): ImageHeader | undefined {
  if (textAt(bytes, 0, 4) !== "RIFF" || textAt(bytes, 8, 4) !== "WEBP") return undefined;
  const type = "image/webp";
  const format = textAt(bytes, 12, 4);
  if (format === "VP8 ")
    return { type, width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
  if (format === "VP8L") {
    const bits = view.getUint32(21, true);
    return { type, width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
  }
  const three = (at: number) => view.getUint16(at, true) + view.getUint8(at + 2) * 65_536 + 1;
  return format === "VP8X" ? { type, width: three(24), height: three(27) } : undefined;
}

function gif(view: DataView, bytes: Uint8Array): ImageHeader | undefined {
  const isGif = ["GIF87a", "GIF89a"].includes(textAt(bytes, 0, 6));
  return isGif ? { type: "image/gif", width: view.getUint16(6, true), height: view.getUint16(8, true) } : undefined;
}

/** Where the header of an AVIF file says how large it is, at the latest. */
const AVIF_HEADER = 4_096;

/** The largest size that the header gives: an image may have parts, such as its transparency. */
function avif(view: DataView, bytes: Uint8Array): ImageHeader | undefined {
  if (textAt(bytes, 4, 4) !== "ftyp" || !["avif", "avis"].includes(textAt(bytes, 8, 4))) return undefined;
  let [width, height] = [0, 0];
  for (let at = 12; at < Math.min(AVIF_HEADER, bytes.length - 16); at++) {
    if (textAt(bytes, at, 4) !== "ispe") continue;
    width = Math.max(width, view.getUint32(at + 8));
    height = Math.max(height, view.getUint32(at + 12));
  }
  return { type: "image/avif", width, height };
}

/**
 * Format and size of an image by its first bytes; undefined if it is none of these, or a side is longer than `maxSide` pixels: a small
 * file can unpack to an image that fills the memory.
 */
export function imageHeader(bytes: Uint8Array, maxSide: number): ImageHeader | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    const header = png(view) ?? jpeg(view) ?? webp(view, bytes) ?? gif(view, bytes) ?? avif(view, bytes);
    const fits = header && [header.width, header.height].every((side) => side > 0 && side <= maxSide);
    return fits ? header : undefined;
  } catch {
    // It ends before its size.
    return undefined;
  }
}

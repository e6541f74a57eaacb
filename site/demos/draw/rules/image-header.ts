/** Longest side of an image, pixels. A small file can unpack to an image that fills the memory, so its size is read first. */
export const MAX_SIDE = 2_048;

export interface ImageHeader {
  readonly type: "image/png" | "image/jpeg" | "image/webp";
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

/** Format and size of an image; undefined if it is none of these, or too large to be shown. */
export function imageHeader(bytes: Uint8Array): ImageHeader | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    const header = png(view) ?? jpeg(view) ?? webp(view, bytes);
    const fits = header && [header.width, header.height].every((side) => side > 0 && side <= MAX_SIDE);
    return fits ? header : undefined;
  } catch {
    // It ends before its size.
    return undefined;
  }
}

import { encode } from "uqr";

/** A QR code as an SVG path on a square of `size` units. The size is 0 if the text is too long. */
export interface Code {
  readonly size: number;
  readonly path: string;
}

/** Width of the quiet zone; scanners need 4 modules (ISO 18004). */
const QUIET = 4;

export function qrCode(text: string): Code {
  try {
    const { data, size } = encode(text, { ecc: "L", border: QUIET });
    const path = data.flatMap((row, y) => row.flatMap((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : []))).join("");
    return { size, path };
  } catch {
    return { size: 0, path: "" };
  }
}

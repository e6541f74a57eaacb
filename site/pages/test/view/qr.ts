import { encode } from "uqr";

/** A QR code as one SVG path on a square of that many units; 0 when the text is too long for any. */
export interface Code {
  readonly size: number;
  readonly path: string;
}

/** Light modules around it; readers want four (ISO 18004). */
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

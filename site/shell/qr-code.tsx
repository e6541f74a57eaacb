import { useEffect, useState } from "preact/hooks";
import type { Code } from "./qr.ts";

/** CSS pixels per module: large enough for phone cameras. */
const MODULE = 5;

interface QrCodeProps {
  readonly link: string;
  /** What to show if the link does not fit. */
  readonly tooLong?: string;
}

/** A link as a QR code. */
export function QrCode({ link, tooLong = "This link is too long for a QR code." }: QrCodeProps) {
  const [code, setCode] = useState<Code | undefined>(undefined);
  useEffect(() => {
    let gone = false;
    void import("./qr.ts").then(({ qrCode }) => {
      if (!gone) setCode(qrCode(link));
    });
    return () => {
      gone = true;
    };
  }, [link]);
  if (!code) return null;
  if (code.size === 0) return <p class="muted">{tooLong}</p>;
  return (
    <svg
      class="qr"
      role="img"
      aria-label="The link as a QR code"
      style={{ width: `${code.size * MODULE}px` }}
      viewBox={`0 0 ${code.size} ${code.size}`}
      shape-rendering="crispEdges"
    >
      <rect class="qr-ground" width={code.size} height={code.size} />
      <path class="qr-dots" d={code.path} />
    </svg>
  );
}

import { useEffect, useRef, useState } from "preact/hooks";
import type { Code } from "./qr.ts";

interface ShareProps {
  readonly link: string;
  readonly onClose: () => void;
}

const LOCAL = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/** CSS pixels per module: large enough for phone cameras. */
const MODULE = 5;

function QrCode({ link }: { readonly link: string }) {
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
  if (code.size === 0) return <p class="muted">This setup is too long for a QR code. Use the link.</p>;
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

/** Shares the setup as a link and a QR code. */
export function ShareDialog({ link, onClose }: ShareProps) {
  const ref = useRef<HTMLDialogElement>(null);
  const field = useRef<HTMLInputElement>(null);
  const [message, setMessage] = useState("");
  useEffect(() => ref.current?.showModal(), []);
  const copy = async () => {
    field.current?.select();
    try {
      await navigator.clipboard.writeText(link);
      setMessage("Copied.");
    } catch {
      setMessage("Press Ctrl+C: the browser blocks copying here.");
    }
  };
  return (
    <dialog class="share" ref={ref} onClose={onClose} aria-labelledby="share-title">
      <div class="stack">
        <h2 id="share-title">Share this setup</h2>
        <QrCode link={link} />
        <label class="field">
          <span>Link</span>
          <input ref={field} class="mono" readOnly value={link} />
          <small>The link contains clients, servers and names, but no passwords.</small>
        </label>
        {LOCAL.test(location.hostname) ? (
          <p class="note warn">
            On a phone, <code>{location.hostname}</code> is the phone itself. Open this page at this machine's network
            address, then share.
          </p>
        ) : null}
        <div class="cluster apart">
          <p role="status" class="muted small">
            {message}
          </p>
          <div class="cluster">
            <button type="button" class="button primary" onClick={copy}>
              Copy link
            </button>
            <button type="button" class="button" onClick={() => ref.current?.close()}>
              Close
            </button>
          </div>
        </div>
      </div>
    </dialog>
  );
}

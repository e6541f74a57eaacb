import { useEffect, useRef, useState } from "preact/hooks";
import { QrCode } from "../../../shell/qr-code.tsx";

interface ShareProps {
  readonly link: string;
  readonly onClose: () => void;
}

const LOCAL = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

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
        <QrCode link={link} tooLong="This setup is too long for a QR code. Use the link." />
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

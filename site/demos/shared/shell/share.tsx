import { useState } from "preact/hooks";
import { QrCode } from "../../../shell/qr-code.tsx";

const LOCAL = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/** The address that leads into a room. */
export const roomLink = (code: string): string => `${location.origin}${location.pathname}?join=${code}`;

/** A link as a QR code and as text, to be copied or sent. */
export function ShareLink({ link }: { readonly link: string }) {
  const [message, setMessage] = useState("");
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(link);
      setMessage("Copied.");
    } catch {
      setMessage("The browser blocks copying here. Select the link and copy it.");
    }
  };
  const send = () => navigator.share({ url: link }).catch(() => {});
  return (
    <>
      <QrCode link={link} />
      <label class="field">
        <span>Link</span>
        <input class="mono" readOnly value={link} onFocus={({ currentTarget }) => currentTarget.select()} />
      </label>
      <div class="cluster">
        <button type="button" class="button" onClick={copy}>
          Copy link
        </button>
        {"share" in navigator ? (
          <button type="button" class="button" onClick={send}>
            Send
          </button>
        ) : null}
        <span role="status" class="muted small">
          {message}
        </span>
      </div>
      {LOCAL.test(location.hostname) ? (
        <p class="note warn small">
          On a phone, <code>{location.hostname}</code> is the phone itself. Start the relay with{" "}
          <code>--host 0.0.0.0</code>, open this page at this machine's network address, then share.
        </p>
      ) : null}
    </>
  );
}

/** How others get into the room: code, QR code, link. */
export const Invitation = ({ code }: { readonly code: string }) => (
  <div class="invitation stack">
    <p class="room-code">
      <span class="muted small">Room code</span>
      <strong>{code}</strong>
    </p>
    <ShareLink link={roomLink(code)} />
  </div>
);

import { type OfferedFile, safePath } from "@achex/files";
import { useEffect, useRef } from "preact/hooks";
import type { FilesApp } from "../app.ts";
import type { Offer } from "../net/arrivals.ts";
import { canPickFolder, pickFolder } from "../storage/sources.ts";
import { EmojiCheck } from "./emoji-check.tsx";
import { sizeText } from "./figures.ts";

const LISTED = 8;

const Offered = ({ files }: { readonly files: readonly OfferedFile[] }) => (
  <ul class="offered">
    {files.slice(0, LISTED).map(({ path, size }) => (
      <li key={path}>
        <span>{safePath(path).join("/")}</span>
        <span class="muted">{sizeText(size)}</span>
      </li>
    ))}
    {files.length > LISTED ? <li class="muted">{`and ${files.length - LISTED} more`}</li> : null}
  </ul>
);

/** Asks whether to accept files, and from whom they are. */
export function OfferDialog({ app, offer }: { readonly app: FilesApp; readonly offer: Offer }) {
  const ref = useRef<HTMLDialogElement>(null);
  useEffect(() => ref.current?.showModal(), []);
  const { transfer, peer } = offer;
  const { files, total, bytes } = transfer;
  const pair = peer.pair;
  const accept = async (toFolder: boolean) => {
    const folder = toFolder ? await pickFolder("readwrite") : undefined;
    if (toFolder && !folder) return;
    app.exchange.value?.confirm(peer);
    await app.arrivals.accept(offer, folder);
  };
  const label = pair?.isVerified ? "Accept" : "They are the same: accept";
  return (
    <dialog
      class="game-dialog"
      ref={ref}
      aria-label="Files are offered"
      onCancel={(event) => {
        event.preventDefault();
        app.arrivals.decline(offer);
      }}
    >
      <div class="stack">
        <h2>{`${peer.name} wants to send you ${files.length === 1 ? "a file" : `${files.length} files`}`}</h2>
        <Offered files={files} />
        <p class="muted">
          {`${sizeText(total)} in all.`}
          {bytes > 0 ? ` ${sizeText(bytes)} are here already.` : ""}
        </p>
        {pair?.isVerified ? (
          <p class="small">This device has the secret of your link, or you have compared emoji before.</p>
        ) : (
          <>
            <p>Does the other device show the same seven emoji? If not, decline: somebody is in between.</p>
            <EmojiCheck emoji={pair?.emoji ?? []} />
          </>
        )}
        <div class="cluster">
          <button type="button" class="button primary" onClick={() => accept(false)}>
            {label}
          </button>
          {canPickFolder() ? (
            <button type="button" class="button" onClick={() => accept(true)}>
              Accept into a folder…
            </button>
          ) : null}
          <button type="button" class="button" onClick={() => app.arrivals.decline(offer)}>
            Decline
          </button>
        </div>
      </div>
    </dialog>
  );
}

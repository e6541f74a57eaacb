import { useEffect, useState } from "preact/hooks";
import { AccountForm } from "../../shared/shell/account-form.tsx";
import { AppShell } from "../../shared/shell/app-shell.tsx";
import { Dialog } from "../../shared/shell/dialog.tsx";
import { Icon } from "../../shared/shell/icons.tsx";
import type { FilesApp } from "../app.ts";
import { droppedFiles } from "../storage/sources.ts";
import { tagline, title } from "../texts.ts";
import { Arrived, Interrupted } from "./arrived.tsx";
import { Invite, Nobody } from "./invite.tsx";
import { OfferDialog } from "./offer-dialog.tsx";
import { PeerRow } from "./peers.tsx";
import { TransferRow } from "./transfer-row.tsx";

const HELP = [
  "Open the link on the other device, or scan its QR code. Then send files or folders, or drop them anywhere on the page.",
  "Files are encrypted from end to end. The panel with frames shows what the relay sees.",
  "Lost connections, reloads and closed laptops only interrupt a transfer: it goes on where it was.",
  "Two browsers in one network connect directly if they can. Otherwise, or if that fails, the relay carries the bytes.",
] as const;

/** Files that are dragged over the page, and dropped anywhere on it. */
function useDrop(app: FilesApp): boolean {
  const [isOver, setOver] = useState(false);
  useEffect(() => {
    const over = (event: DragEvent) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      setOver(true);
    };
    const leave = (event: DragEvent) => {
      if (!event.relatedTarget) setOver(false);
    };
    const drop = async (event: DragEvent) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      setOver(false);
      await app.drop(await droppedFiles(event.dataTransfer));
    };
    addEventListener("dragover", over);
    addEventListener("dragleave", leave);
    addEventListener("drop", drop);
    return () => {
      removeEventListener("dragover", over);
      removeEventListener("dragleave", leave);
      removeEventListener("drop", drop);
    };
  }, [app]);
  return isOver;
}

function Settings({ app }: { readonly app: FilesApp }) {
  return (
    <div class="settings">
      <label class="field">
        <span>Name of this device</span>
        <input
          value={app.name.value}
          maxLength={32}
          onChange={({ currentTarget }) => app.setName(currentTarget.value)}
        />
      </label>
      <label class="check">
        <input
          type="checkbox"
          checked={app.usesDirect.value}
          onChange={({ currentTarget }) => app.setDirect(currentTarget.checked)}
        />
        Connect directly if possible. The other device then learns this one's network address.
      </label>
    </div>
  );
}

function Transfers({ app }: { readonly app: FilesApp }) {
  app.changes.value;
  const exchange = app.exchange.value;
  const shown = [...(exchange?.outgoing ?? []), ...(exchange?.incoming ?? [])].filter(
    (one) => one.direction === "out" || one.isAccepted,
  );
  if (!exchange || shown.length === 0) return null;
  return (
    <ul class="rows" aria-label="Transfers">
      {shown.map((transfer) => (
        <TransferRow key={transfer.id} app={app} transfer={transfer} peer={app.peerName(transfer)} />
      ))}
    </ul>
  );
}

/** The column below the bar. */
function Content({ app, isOver }: { readonly app: FilesApp; readonly isOver: boolean }) {
  app.changes.value;
  const peers = [...(app.exchange.value?.room.peers.values() ?? [])];
  const isAlone = peers.length === 0;
  return (
    <div class="files-column">
      <h1 class={isAlone ? undefined : "visually-hidden"}>{title}</h1>
      {isAlone ? <p class="lead">{tagline}</p> : null}
      {app.problem.value === "" ? null : (
        <p class="note warn" role="alert">
          {app.problem.value}
        </p>
      )}
      {app.needsAccount.value ? <AccountForm logIn={(account) => void app.start(account)} /> : null}
      {isAlone ? (
        <Nobody app={app} />
      ) : (
        <ul class="rows peers" aria-label="Devices">
          {peers.map((peer) => (
            <PeerRow key={peer.sid} app={app} peer={peer} isTarget={isOver && peers.length === 1} />
          ))}
        </ul>
      )}
      <Interrupted app={app} />
      <Transfers app={app} />
      <Arrived app={app} />
      {isAlone && app.code.value ? <Invite app={app} /> : null}
      <Settings app={app} />
    </div>
  );
}

/** The page: who is here, what travels, and what has arrived. */
export function Page({ app }: { readonly app: FilesApp }) {
  const isOver = useDrop(app);
  const [isShared, setShared] = useState(false);
  const [offer] = app.arrivals.offers.value;
  const place = app.code.value ? (
    <button
      type="button"
      class="code-button"
      onClick={() => setShared(true)}
      aria-label={`Invite a device to room ${app.code.value}`}
    >
      {app.code.value}
      <Icon name="share" />
    </button>
  ) : null;
  return (
    <AppShell title={title} connection={app.connection.value} help={HELP} place={place}>
      <main class={isOver ? "files dragging" : "files"} id="main" tabindex={-1}>
        <Content app={app} isOver={isOver} />
      </main>
      {offer ? <OfferDialog key={offer.transfer.id} app={app} offer={offer} /> : null}
      {isShared ? (
        <Dialog title="Invite a device" onClose={() => setShared(false)}>
          <Invite app={app} />
        </Dialog>
      ) : null}
    </AppShell>
  );
}

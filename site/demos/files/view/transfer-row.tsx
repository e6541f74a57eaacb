import type { IncomingTransfer, OutgoingTransfer } from "@achex/files";
import type { FilesApp } from "../app.ts";
import { contentsText, sizeText, stateText } from "./figures.ts";

interface RowProps {
  readonly app: FilesApp;
  readonly transfer: OutgoingTransfer | IncomingTransfer;
  readonly peer: string;
}

const isUnderWay = ({ state }: RowProps["transfer"]) =>
  state === "running" || state === "paused" || state === "waiting";

function Buttons({ app, transfer }: Omit<RowProps, "peer">) {
  app.changes.value;
  if (transfer.isOver)
    return (
      <button type="button" class="button small quiet" onClick={() => app.forget(transfer)}>
        Clear
      </button>
    );
  return (
    <>
      {isUnderWay(transfer) ? (
        <button type="button" class="button small" onClick={() => transfer.pause(!transfer.pausedHere)}>
          {transfer.pausedHere ? "Resume" : "Pause"}
        </button>
      ) : null}
      <button type="button" class="button small" onClick={() => transfer.cancel()}>
        Cancel
      </button>
    </>
  );
}

/** SHA-256 in groups of eight, so that it can be compared by eye. */
export const Digest = ({ digest }: { readonly digest: string }) => (
  <code class="digest" title="SHA-256">
    {digest.replace(/.{8}(?=.)/g, "$& ")}
  </code>
);

/** One transfer: what, how far, how fast, by which path. */
export function TransferRow({ app, transfer, peer }: RowProps) {
  app.changes.value;
  const { direction, state, bytes, total, files, via, digests } = transfer;
  const percent = total === 0 ? (state === "done" ? 100 : 0) : Math.floor((bytes / total) * 100);
  const name = contentsText(files);
  return (
    <li class={`transfer card ${state}`} data-state={state} data-via={via}>
      <div class="transfer-head">
        <strong>
          <span class="muted" aria-hidden="true">
            {direction === "out" ? "↑ " : "↓ "}
          </span>
          <span class="visually-hidden">{direction === "out" ? "Sending " : "Receiving "}</span>
          {name}
        </strong>
        <span class="figures muted">{`${sizeText(bytes)} of ${sizeText(total)}`}</span>
      </div>
      <progress max={100} value={percent} aria-label={name}>{`${percent} %`}</progress>
      <div class="transfer-foot">
        <p class="figures small" role={transfer.isOver ? "status" : undefined}>
          {state === "done" ? <span class="seal">✓ </span> : null}
          {stateText(transfer, peer)}
          {state === "running" && via ? ` · ${via}` : ""}
          {files.length > 1 && transfer.verified > 0 && !transfer.isOver
            ? ` · ${transfer.verified} of ${files.length} files`
            : ""}
        </p>
        <span class="cluster">
          <Buttons app={app} transfer={transfer} />
        </span>
      </div>
      {state === "done" && files.length === 1 && digests[0] ? <Digest digest={digests[0]} /> : null}
    </li>
  );
}

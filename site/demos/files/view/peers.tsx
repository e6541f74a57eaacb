import type { Peer } from "@achex/files";
import { useRef, useState } from "preact/hooks";
import type { FilesApp } from "../app.ts";
import { canPickHandles, handledFiles, type Picked, pickedFiles, pickHandles } from "../storage/sources.ts";
import { Device, Line, type LineKind } from "./device.tsx";
import { EmojiCheck } from "./emoji-check.tsx";

/** The state of the line to a device: what carries the newest transfer, or would carry the next one. */
function lineTo(app: FilesApp, peer: Peer): { readonly kind: LineKind; readonly flow: "out" | "in" | "none" } {
  const { outgoing = [], incoming = [] } = app.exchange.value ?? {};
  const key = peer.pair?.peerKey;
  const active = [
    ...outgoing.filter(({ peerKey }) => peerKey === key),
    ...incoming.filter(({ pair }) => pair.peerKey === key),
  ].findLast(({ state }) => state === "running" || state === "paused" || state === "finishing" || state === "waiting");
  if (!peer.pair || peer.isAway || active?.state === "waiting") return { kind: "waiting", flow: "none" };
  const kind = active ? (active.via ?? "relay") : peer.link?.isOpen ? "direct" : "relay";
  return { kind, flow: active?.state === "running" ? active.direction : "none" };
}

/** Buttons by which files are chosen. The inputs also serve browsers without file handles. */
function Choose({ peer, send }: { readonly peer: Peer; readonly send: (picked: Picked) => void }) {
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const chosen = ({ currentTarget }: { readonly currentTarget: HTMLInputElement }) => {
    if (currentTarget.files?.length) send(pickedFiles(currentTarget.files));
    currentTarget.value = "";
  };
  const choose = async () => {
    if (!canPickHandles()) return files.current?.click();
    const handles = await pickHandles();
    if (handles.length > 0) send(await handledFiles(handles));
    return undefined;
  };
  return (
    <div class="cluster">
      <button type="button" class="button primary" onClick={choose}>
        Send files
        <span class="visually-hidden">{` to ${peer.name}`}</span>
      </button>
      <button type="button" class="button" onClick={() => folder.current?.click()}>
        Send a folder
        <span class="visually-hidden">{` to ${peer.name}`}</span>
      </button>
      <input ref={files} class="files-input" type="file" multiple hidden aria-label="Files" onChange={chosen} />
      <input
        ref={(input) => {
          folder.current = input;
          if (input) input.webkitdirectory = true;
        }}
        class="folder-input"
        type="file"
        hidden
        aria-label="Folder"
        onChange={chosen}
      />
    </div>
  );
}

/** Before the first file goes to a device whose keys nobody has compared. */
function Compare({
  app,
  peer,
  onDone,
}: {
  readonly app: FilesApp;
  readonly peer: Peer;
  readonly onDone: (isRight: boolean) => void;
}) {
  return (
    <section class="card stack compare" aria-label="Compare emoji">
      <p>{`Does ${peer.name} show the same seven emoji? They prove that nobody is in between.`}</p>
      <EmojiCheck emoji={peer.pair?.emoji ?? []} />
      <div class="cluster">
        <button
          type="button"
          class="button primary"
          onClick={() => {
            app.exchange.value?.confirm(peer);
            onDone(true);
          }}
        >
          They are the same: send
        </button>
        <button type="button" class="button" onClick={() => onDone(false)}>
          They differ
        </button>
      </div>
    </section>
  );
}

/** Another device: the line to it, and what can be sent there. */
export function PeerRow({
  app,
  peer,
  isTarget,
}: {
  readonly app: FilesApp;
  readonly peer: Peer;
  readonly isTarget: boolean;
}) {
  const [picked, setPicked] = useState<Picked | undefined>(undefined);
  app.changes.value;
  const { kind, flow } = lineTo(app, peer);
  const send = (next: Picked) => {
    if (peer.pair?.isVerified) void app.send(peer, next);
    else setPicked(next);
  };
  const note =
    peer.problem && !peer.pair ? "No keys agreed" : !peer.pair ? "Agreeing keys…" : peer.isAway ? "Reconnecting…" : "";
  return (
    <li class={isTarget ? "peer target" : "peer"}>
      <div class="between">
        <Device kind={app.kind} name="This device" />
        <Line kind={kind} flow={flow} />
        <Device kind={peer.kind} name={peer.name} note={note} />
      </div>
      {picked ? (
        <Compare
          app={app}
          peer={peer}
          onDone={(isRight) => {
            setPicked(undefined);
            if (isRight) void app.send(peer, picked);
            else
              app.problem.value =
                "Nothing was sent. Leave this room, make a new one, and give its link only to the right person.";
          }}
        />
      ) : peer.pair ? (
        <Choose peer={peer} send={send} />
      ) : null}
    </li>
  );
}

import { Dialog } from "../../shared/shell/dialog.tsx";
import { ShareLink } from "../../shared/shell/share.tsx";
import type { ChatApp } from "../net/chat-app.ts";
import type { ChatPlace } from "../net/place.ts";
import type { RoomSession } from "../net/room-session.ts";
import { checkPictures } from "../rules/key-check.ts";
import { roomLink } from "../rules/room-address.ts";

function KeyCheck({ check }: { readonly check: Uint8Array }) {
  return (
    <section class="stack tight">
      <h3 class="small">Same key?</h3>
      <ol class="chat-check">
        {checkPictures(check).map(({ emoji, name }, at) => (
          <li key={at}>
            <span aria-hidden="true">{emoji}</span>
            <span class="small">{name}</span>
          </li>
        ))}
      </ol>
      <p class="muted small">
        Compare the seven pictures with the others, by voice or face to face. If they are the same, nobody in between
        can read.
      </p>
    </section>
  );
}

const WHO_READS = {
  open: "Anyone who knows the name can join, read what the relay keeps, and write. The operator of the relay could read too.",
  key: "Messages, names and images are encrypted in the browser. The key is in the link, behind the #, which browsers do not send. The relay sees who is connected, when, and how much they send.",
  phrase:
    "Messages, names and images are encrypted in the browser, with a key made from the passphrase. The relay sees who is connected, when, and how much they send.",
} as const;

function RoomDetails({ room }: { readonly room: RoomSession }) {
  const { address, check, conversation } = room;
  return (
    <>
      <ShareLink link={roomLink(address, `${location.origin}${location.pathname}`)} />
      {address.lock.kind === "phrase" ? (
        <p class="note small">The link does not contain the passphrase. Tell it to the others in another way.</p>
      ) : null}
      <p class="small">{WHO_READS[address.lock.kind]}</p>
      {address.lock.kind !== "open" && !globalThis.isSecureContext ? (
        <p class="note warn small">
          This page itself was loaded without encryption. Someone in between could have changed it, and then the room is
          not secret. Use https.
        </p>
      ) : null}
      {check.value ? <KeyCheck check={check.value} /> : null}
      <p class="small muted">
        {conversation.isKept.value === false
          ? "The relay keeps nothing here."
          : "The relay keeps the newest messages, as its operator has set it."}{" "}
        Deleting asks every browser to hide a message; what the relay keeps expires later.
      </p>
    </>
  );
}

/** About a conversation: how others get in, who can read, and how to leave it. */
export function Details({
  app,
  place,
  onClose,
}: {
  readonly app: ChatApp;
  readonly place: ChatPlace;
  readonly onClose: () => void;
}) {
  const { session, reading } = place;
  const name = session.kind === "room" ? session.room.address.name : session.direct.peer.value.name;
  return (
    <Dialog title={name} onClose={onClose}>
      {session.kind === "room" ? (
        <RoomDetails room={session.room} />
      ) : (
        <p class="small">
          Always encrypted: only your two browsers can calculate the key. Only they keep the messages. While one of you
          is offline, messages wait in an inbox if the relay has accounts or claimed names and keeps inboxes; otherwise
          they fail, and say so.
        </p>
      )}
      <div class="cluster">
        <button
          type="button"
          class="button"
          onClick={() => {
            reading.markAll();
            onClose();
          }}
        >
          Mark all as read
        </button>
        <button
          type="button"
          class="button danger"
          onClick={() => {
            onClose();
            void app.remove(place);
          }}
        >
          {session.kind === "room" ? "Leave the room" : "Forget this conversation"}
        </button>
      </div>
    </Dialog>
  );
}

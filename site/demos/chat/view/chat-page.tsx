import { useEffect, useRef } from "preact/hooks";
import { AppShell } from "../../shared/shell/app-shell.tsx";
import type { ChatApp } from "../net/chat-app.ts";
import { title } from "../texts.ts";
import { ConversationView } from "./conversation-view.tsx";
import { tagsOf } from "./names.ts";
import { PeoplePanel } from "./people-panel.tsx";
import { PlaceList } from "./place-list.tsx";
import { NEW_ROOM, Start } from "./start.tsx";

const HELP = [
  "A room is a name. Everybody who opens the same name, link or QR code is in it.",
  "Paste or drop an image to send it. Enter sends, Shift and Enter begins a line, the up arrow edits your last message.",
  "With a message in focus: R replies, + reacts, E edits, Delete deletes. The arrows move between messages.",
  "A room with a secret link or a passphrase is encrypted in your browser. The panel Frames and network shows what the relay sees.",
  "Each message is signed with a key in your browser, so only you can edit or delete yours.",
];

/** The people of the room that is open, beside it on a wide screen. */
function Aside({ app }: { readonly app: ChatApp }) {
  const place = app.current.value;
  if (place?.session.kind !== "room") return null;
  const { room } = place.session;
  return (
    <aside class="chat-aside">
      <PeoplePanel app={app} room={room} tags={tagsOf(room.people.value, place.conversation.entries.value)} />
    </aside>
  );
}

function startNew(app: ChatApp): void {
  app.close();
  // On a phone the form is below the list.
  requestAnimationFrame(() => document.getElementById(NEW_ROOM)?.focus());
}

/** The whole page: conversations, the open one, and its people. On a phone, one of them. */
export function ChatPage({ app }: { readonly app: ChatApp }) {
  const place = app.needsAccount.value ? undefined : app.current.value;
  const unread = app.unread.value;
  const isNew = app.places.value.length === 0;
  useEffect(() => {
    document.title = unread > 0 ? `(${unread}) ${title}` : title;
  }, [unread]);
  const main = useRef<HTMLElement>(null);
  useEffect(() => main.current?.scrollTo(0, 0), [place?.id]);
  return (
    <AppShell title={title} connection={app.connection.value} help={HELP}>
      <main class={place ? "chat has-place" : isNew ? "chat is-new" : "chat"} id="main" tabindex={-1} ref={main}>
        <PlaceList app={app} startNew={() => startNew(app)} />
        {place ? <ConversationView key={place.id} app={app} place={place} /> : <Start app={app} />}
        <Aside app={app} />
      </main>
    </AppShell>
  );
}

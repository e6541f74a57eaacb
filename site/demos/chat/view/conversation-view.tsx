import { useMemo, useState } from "preact/hooks";
import { Dialog } from "../../shared/shell/dialog.tsx";
import { Icon } from "../../shared/shell/icons.tsx";
import type { ChatApp } from "../net/chat-app.ts";
import type { ChatPlace } from "../net/place.ts";
import type { Entry } from "../rules/timeline.ts";
import { typingText } from "../rules/typing.ts";
import { Composer, type Purpose } from "./composer.tsx";
import { Details } from "./details.tsx";
import { EmojiPicker } from "./emoji-picker.tsx";
import type { MessageActions } from "./message.tsx";
import { shownName, tagsOf } from "./names.ts";
import { PeoplePanel } from "./people-panel.tsx";
import { PlaceName } from "./place-list.tsx";
import { TimelineView } from "./timeline-view.tsx";

type Open =
  | { readonly kind: "details" | "people" }
  | { readonly kind: "emoji"; readonly entry: Entry }
  | { readonly kind: "delete"; readonly entry: Entry };

const noteId = ({ ref }: Entry): string => ref.slice(ref.indexOf(".") + 1);

function useActions(
  place: ChatPlace,
  open: (what: Open) => void,
  setPurpose: (purpose: Purpose) => void,
  show: (ref: string) => void,
): MessageActions {
  const { conversation } = place;
  return useMemo(
    () => ({
      reply: (to) => setPurpose({ kind: "reply", to }),
      edit: (of) => !of.picture && setPurpose({ kind: "edit", of }),
      remove: (entry) => open({ kind: "delete", entry }),
      pickReaction: (entry) => open({ kind: "emoji", entry }),
      react(entry, emoji) {
        const has = conversation.find(entry.ref)?.reactions.get(emoji)?.has(conversation.me) === true;
        conversation.post({ k: "react", of: entry.ref, emoji, on: !has });
      },
      show,
    }),
    [place],
  );
}

/** What is wrong with a room or with the connection, and who types. */
function Status({ app, place }: { readonly app: ChatApp; readonly place: ChatPlace }) {
  const { session } = place;
  const state = app.connection.value?.state.value;
  if (state !== "ready")
    return (
      <p class="chat-status warn small">
        {state === "offline" ? "This device is offline." : "Connection lost. Reconnecting…"} What you send waits here.
      </p>
    );
  if (session.kind === "direct")
    return (
      <p class="chat-status muted small">
        {session.direct.isOnline.value === false ? `${shownName(session.direct.peer.value.name)} is offline.` : ""}
      </p>
    );
  if (session.room.problem.value !== "") return <p class="chat-status bad small">{session.room.problem.value}</p>;
  return <p class="chat-status muted small">{typingText(session.room.typing.value)}</p>;
}

function Head({
  app,
  place,
  open,
}: {
  readonly app: ChatApp;
  readonly place: ChatPlace;
  readonly open: (what: Open) => void;
}) {
  const { session } = place;
  return (
    <header class="chat-head">
      <button type="button" class="tool chat-back" aria-label="All conversations" onClick={() => app.close()}>
        ←
      </button>
      <h1>
        <PlaceName place={place} />
      </h1>
      {session.kind === "room" ? (
        <button
          type="button"
          class="tool chat-show-people"
          aria-label={`People: ${session.room.people.value.length}`}
          onClick={() => open({ kind: "people" })}
        >
          <Icon name="people" />
          <span class="tool-note">{session.room.people.value.length}</span>
        </button>
      ) : null}
      <button
        type="button"
        class="tool"
        title="Link and details"
        aria-label="Link and details"
        onClick={() => open({ kind: "details" })}
      >
        <Icon name="share" />
      </button>
    </header>
  );
}

interface OpenedProps {
  readonly app: ChatApp;
  readonly place: ChatPlace;
  readonly opened: Open | undefined;
  readonly close: () => void;
  readonly actions: MessageActions;
  readonly tags: ReadonlyMap<string, string>;
}

function Opened({ app, place, opened, close, actions, tags }: OpenedProps) {
  const { session, conversation } = place;
  if (opened?.kind === "details") return <Details app={app} place={place} onClose={close} />;
  if (opened?.kind === "people" && session.kind === "room")
    return (
      <Dialog title="People" onClose={close}>
        <PeoplePanel app={app} room={session.room} tags={tags} close={close} />
      </Dialog>
    );
  if (opened?.kind === "emoji") {
    const choose = (emoji: string) => {
      actions.react(opened.entry, emoji);
      close();
    };
    return <EmojiPicker choose={choose} onClose={close} />;
  }
  if (opened?.kind !== "delete") return null;
  return (
    <Dialog title="Delete this message?" onClose={close}>
      <p>Everybody's page hides it. Those who have read it have read it, and what the relay keeps expires later.</p>
      <button
        type="button"
        class="button danger"
        onClick={() => {
          conversation.post({ k: "delete", of: noteId(opened.entry) });
          close();
        }}
      >
        Delete
      </button>
    </Dialog>
  );
}

/** One conversation: its head, its messages, and the place to write. */
export function ConversationView({ app, place }: { readonly app: ChatApp; readonly place: ChatPlace }) {
  const { session, conversation } = place;
  const [opened, open] = useState<Open | undefined>(undefined);
  const [purpose, setPurpose] = useState<Purpose>({ kind: "new" });
  const [target, setTarget] = useState<{ readonly ref: string } | undefined>(undefined);
  const [dropped, setDropped] = useState<Blob | undefined>(undefined);
  const actions = useActions(place, open, setPurpose, (ref) => setTarget({ ref }));
  const people = session.kind === "room" ? session.room.people.value : [];
  const entries = conversation.entries.value;
  const tags = useMemo(() => tagsOf(people, entries), [people, entries]);
  const nameOf = (author: string) =>
    shownName(
      entries.findLast((entry) => entry.author === author)?.name ??
        people.find((one) => one.author === author)?.name ??
        "Someone",
    );
  const editLast = () => {
    const last = entries.findLast(
      ({ author, isDeleted, picture, sending }) =>
        author === conversation.me && !isDeleted && !picture && (!sending || sending.kind === "sent"),
    );
    if (last) setPurpose({ kind: "edit", of: last });
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: files can also be chosen with a button.
    <div
      class="chat-conversation"
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        setDropped([...(event.dataTransfer?.files ?? [])][0]);
      }}
    >
      <Head app={app} place={place} open={open} />
      <TimelineView {...{ place, actions, tags, nameOf, target }} />
      <Status app={app} place={place} />
      <Composer {...{ place, purpose, setPurpose, dropped, editLast }} />
      <Opened {...{ app, place, opened, actions, tags }} close={() => open(undefined)} />
    </div>
  );
}

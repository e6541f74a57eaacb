import type { ChatApp } from "../net/chat-app.ts";
import { becomeSomebodyElse } from "../net/identity.ts";
import { notifications, toggleNotifications } from "../net/notifications.ts";
import type { ChatPlace } from "../net/place.ts";
import { AuthorName } from "./message.tsx";

export const LockIcon = () => (
  <svg class="icon chat-lock" viewBox="0 0 24 24" role="img" aria-label="Encrypted">
    <path
      d="M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3"
      fill="none"
      stroke="currentColor"
      stroke-width="2"
      stroke-linejoin="round"
    />
  </svg>
);

/** The name of a room or a person. */
export function PlaceName({ place }: { readonly place: ChatPlace }) {
  const { session } = place;
  if (session.kind === "room")
    return (
      <>
        {session.room.address.lock.kind === "open" ? null : <LockIcon />}
        <bdi>{session.room.address.name}</bdi>
      </>
    );
  const { author, name } = session.direct.peer.value;
  return (
    <>
      <LockIcon />
      <AuthorName author={author} name={name} tag={undefined} />
    </>
  );
}

function Places({ app, places }: { readonly app: ChatApp; readonly places: readonly ChatPlace[] }) {
  const current = app.current.value;
  return (
    <ul>
      {places.map((place) => {
        const unread = place.reading.unread.value;
        return (
          <li key={place.id}>
            <button type="button" aria-current={place === current ? "page" : undefined} onClick={() => app.open(place)}>
              <PlaceName place={place} />
              {unread > 0 ? (
                <span class="chat-count" role="img" aria-label={`${unread} unread`}>
                  {unread > 99 ? "99+" : unread}
                </span>
              ) : null}
            </button>
          </li>
        );
      })}
    </ul>
  );
}

const NOTIFY = {
  on: "Notifications: on",
  off: "Notifications: off",
  blocked: "Notifications are blocked in the browser",
  unsupported: "Notifications need https",
} as const;

function Me({ app }: { readonly app: ChatApp }) {
  const state = notifications.value;
  return (
    <section class="chat-me stack tight" aria-label="You">
      <label class="field">
        <span>Your name</span>
        <input
          value={app.name.value}
          maxLength={20}
          autocomplete="nickname"
          onChange={({ currentTarget }) => {
            app.setName(currentTarget.value);
            currentTarget.value = app.name.peek();
          }}
        />
      </label>
      <button
        type="button"
        class="button small"
        aria-pressed={state === "on"}
        disabled={state === "blocked" || state === "unsupported"}
        onClick={() => void toggleNotifications()}
      >
        {NOTIFY[state]}
      </button>
      <button type="button" class="button small quiet" onClick={becomeSomebodyElse}>
        Be somebody else in this tab
      </button>
    </section>
  );
}

/** Rooms and people, and who one is. */
export function PlaceList({ app, startNew }: { readonly app: ChatApp; readonly startNew: () => void }) {
  const places = app.places.value;
  const rooms = places.filter(({ session }) => session.kind === "room");
  const people = places.filter(({ session }) => session.kind === "direct");
  return (
    <nav class="chat-list" aria-label="Conversations">
      <div class="cluster apart">
        <h2>Rooms</h2>
        <button type="button" class="button small" onClick={startNew}>
          New
        </button>
      </div>
      {rooms.length === 0 ? <p class="muted small">No rooms yet.</p> : <Places app={app} places={rooms} />}
      {people.length === 0 ? null : (
        <>
          <h2>People</h2>
          <Places app={app} places={people} />
        </>
      )}
      <Me app={app} />
    </nav>
  );
}

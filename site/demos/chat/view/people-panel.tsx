import type { ChatApp } from "../net/chat-app.ts";
import type { RoomSession } from "../net/room-session.ts";
import { AuthorName } from "./message.tsx";

/** People who are listed. */
const MOST = 100;

interface PeopleProps {
  readonly app: ChatApp;
  readonly room: RoomSession;
  readonly tags: ReadonlyMap<string, string>;
  readonly close?: () => void;
}

/** Who is in the room. A person with a proven key can be written to. */
export function PeoplePanel({ app, room, tags, close }: PeopleProps) {
  const people = room.people.value;
  return (
    <section class="chat-people" aria-label="People in this room">
      <h2>
        People <span class="muted small">{people.length}</span>
      </h2>
      <ul>
        {people.slice(0, MOST).map(({ author, name, login, isAway, isMe, sids }) => (
          <li key={author || sids[0]} class={isAway ? "away" : ""}>
            {isMe || author === "" ? (
              <span>
                <AuthorName author={author} name={name} tag={tags.get(author)} />
              </span>
            ) : (
              <button
                type="button"
                title={`Write to ${name} alone`}
                onClick={() => {
                  close?.();
                  app.openDirect({ author, login, name });
                }}
              >
                <AuthorName author={author} name={name} tag={tags.get(author)} />
              </button>
            )}
            {isMe ? <span class="muted small">you</span> : null}
            {isAway ? <span class="muted small">reconnecting</span> : null}
            {author === "" && !isMe ? <span class="muted small">unproven</span> : null}
          </li>
        ))}
      </ul>
    </section>
  );
}

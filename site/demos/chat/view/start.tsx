import { useState } from "preact/hooks";
import { AccountForm } from "../../shared/shell/account-form.tsx";
import type { ChatApp } from "../net/chat-app.ts";
import { type Lock, newKey, OPEN, ROOM_LENGTH, randomRoomName, roomNameFrom } from "../rules/room-address.ts";
import { tagline } from "../texts.ts";

const LOCKS = {
  open: "Anyone who knows the name can join and read. The relay could read too.",
  key: "Encrypted between browsers. The key is in the link: anyone who has the complete link can read.",
  phrase: "Encrypted between browsers. Tell the others the name and the passphrase, for example on the phone.",
} as const;
const LABELS = { open: "Open", key: "Secret link", phrase: "Passphrase" } as const;
const PHRASE_LENGTH = 8;
/** Id of the field for the name of a room. */
export const NEW_ROOM = "chat-new-room";

const lockOf = (kind: Lock["kind"], phrase: string): Lock =>
  kind === "open" ? OPEN : kind === "key" ? { kind, key: newKey() } : { kind, phrase };

function Privacy({ kind, choose }: { readonly kind: Lock["kind"]; readonly choose: (kind: Lock["kind"]) => void }) {
  return (
    <fieldset class="stack tight">
      <legend class="small">Who can read it</legend>
      <div class="choice">
        {(["open", "key", "phrase"] as const).map((one) => (
          <button key={one} type="button" class="button" aria-pressed={kind === one} onClick={() => choose(one)}>
            {LABELS[one]}
          </button>
        ))}
      </div>
      <p class="small muted">{LOCKS[kind]}</p>
    </fieldset>
  );
}

const PassphraseField = ({ value, change }: { readonly value: string; readonly change: (value: string) => void }) => (
  <label class="field">
    <span>Passphrase</span>
    <input
      type="password"
      value={value}
      maxLength={200}
      autocomplete="off"
      onInput={({ currentTarget }) => change(currentTarget.value)}
    />
    <small>This browser remembers it until you leave the room.</small>
  </label>
);

/** Creates or joins a room: there is no difference. With the name of a room whose link needs a passphrase, asks only for that. */
function RoomForm({ app, wantedName }: { readonly app: ChatApp; readonly wantedName: string | undefined }) {
  const [name, setName] = useState(wantedName ?? "");
  const [kind, setKind] = useState<Lock["kind"]>(wantedName === undefined ? "open" : "phrase");
  const [phrase, setPhrase] = useState("");
  const [problem, setProblem] = useState("");
  const enter = (event: Event) => {
    event.preventDefault();
    const room = name.trim() === "" ? randomRoomName() : roomNameFrom(name);
    if (room === undefined) setProblem(`A name has 1 to ${ROOM_LENGTH} letters and digits.`);
    else if (kind === "phrase" && phrase.trim().length < PHRASE_LENGTH)
      setProblem(`A passphrase has at least ${PHRASE_LENGTH} characters. Four random words are a good one.`);
    else app.openRoom({ name: room, lock: lockOf(kind, phrase.trim()) });
  };
  return (
    <form class="card stack" onSubmit={enter}>
      <h2>{wantedName === undefined ? "Create or join a room" : `Passphrase for ${wantedName}`}</h2>
      {wantedName === undefined ? (
        <>
          <label class="field">
            <span>Name of the room</span>
            <input
              id={NEW_ROOM}
              value={name}
              maxLength={ROOM_LENGTH}
              autocomplete="off"
              placeholder="Empty: a random name"
              onInput={({ currentTarget }) => setName(currentTarget.value)}
            />
          </label>
          <Privacy kind={kind} choose={setKind} />
        </>
      ) : null}
      {kind === "phrase" ? <PassphraseField value={phrase} change={setPhrase} /> : null}
      {problem === "" ? null : (
        <p class="bad small" role="alert">
          {problem}
        </p>
      )}
      <button type="submit" class="button primary">
        Enter
      </button>
    </form>
  );
}

/** Before a conversation is chosen. */
export function Start({ app }: { readonly app: ChatApp }) {
  const wanted = app.wanted.value;
  return (
    <div class="chat-start stack">
      <h1>Chat</h1>
      <p class="lead">{tagline}</p>
      {app.problem.value === "" ? null : (
        <p class="note warn" role="alert">
          {app.problem.value}
        </p>
      )}
      {app.needsAccount.value ? <AccountForm logIn={(account) => app.start(account)} /> : null}
      <RoomForm key={wanted?.name ?? ""} app={app} wantedName={wanted?.name} />
    </div>
  );
}

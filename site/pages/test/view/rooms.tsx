import { printable } from "@achex/server/printable";
import { useState } from "preact/hooks";
import {
  closedFrame,
  deleteFrame,
  followFrame,
  handOverFrame,
  incrementFrame,
  optionWords,
  setFrame,
  valueFrom,
} from "../model/room-frames.ts";
import type { RoomView } from "../model/room-views.ts";
import type { Client } from "../state/client.ts";

/** Rows shown at most; a room may have 1,000 keys. */
const MAX_ROWS = 200;

interface RoomProps {
  readonly client: Client;
  readonly room: RoomView;
}

interface RowProps extends RoomProps {
  readonly name: string;
  readonly value: unknown;
}

function KeyActions({ client, room, name, value }: RowProps) {
  const label = printable(name);
  return (
    <>
      {typeof value === "number" ? (
        <button
          type="button"
          class="button small"
          aria-label={`Add 1 to ${label}`}
          onClick={() => client.send(incrementFrame(room, name, 1))}
        >
          +1
        </button>
      ) : null}
      <button
        type="button"
        class="button small"
        aria-label={`Delete ${label}`}
        title="Delete"
        onClick={() => client.send(deleteFrame(room, name))}
      >
        ×
      </button>
    </>
  );
}

/** One key. While it is edited, it keeps the version at which editing began, so that the server can find a conflict. */
function KeyRow({ client, room, name, value }: RowProps) {
  const [edit, setEdit] = useState<{ readonly text: string; readonly version: number } | undefined>(undefined);
  const text = JSON.stringify(value);
  const save = () => {
    const json = edit && valueFrom(edit.text);
    if (edit && json !== undefined && json !== text && !client.send(setFrame(room, name, json, edit.version))) return;
    setEdit(undefined);
  };
  const label = printable(name);
  return (
    <tr>
      <th scope="row">
        <bdi>{label}</bdi>
      </th>
      <td>
        <input
          class="field mono"
          aria-label={`Value of ${label}`}
          autocomplete="off"
          spellcheck={false}
          value={edit?.text ?? text}
          onInput={(event) =>
            setEdit({ text: event.currentTarget.value, version: edit?.version ?? Math.max(0, room.version) })
          }
          onKeyDown={(event) => {
            if (event.key === "Enter") save();
            if (event.key === "Escape") setEdit(undefined);
          }}
        />
      </td>
      <td class="end">
        {edit ? (
          <button type="button" class="button small primary" aria-label={`Save ${label}`} onClick={save}>
            Save
          </button>
        ) : (
          <KeyActions client={client} room={room} name={name} value={value} />
        )}
      </td>
    </tr>
  );
}

/** Adds a key. Version 0: only if it does not exist yet. */
function NewKey({ client, room }: RoomProps) {
  const [key, setKey] = useState("");
  const [text, setText] = useState("");
  const json = valueFrom(text);
  return (
    <form
      class="new-key"
      onSubmit={(event) => {
        event.preventDefault();
        if (json === undefined || key === "" || !client.send(setFrame(room, key, json, 0))) return;
        setKey("");
        setText("");
      }}
    >
      <input
        class="field mono"
        aria-label="New key"
        placeholder="key"
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        value={key}
        onInput={(event) => setKey(event.currentTarget.value)}
      />
      <input
        class="field mono"
        aria-label="Value of the new key"
        placeholder='value, such as 5 or {"x":1}'
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
      />
      <button type="submit" class="button small" disabled={json === undefined || key === ""}>
        Add
      </button>
    </form>
  );
}

/** Host, term and options, with what a host can do. */
function Lead({ client, room }: RoomProps) {
  const { host, term, options, version } = room;
  const isHost = host !== undefined && host.sid === client.session.value.sid;
  const closed = options.closed === true;
  return (
    <div class="lead-line">
      <p>
        {host ? (
          <>
            Host <bdi>{printable(host.name)}</bdi> (session {host.sid}
            {isHost ? ", this client" : ""})
          </>
        ) : (
          "No host"
        )}
        {term === undefined ? "" : `, term ${term}`}
      </p>
      <p class="muted">{[`version ${version}`, ...optionWords(options)].join(" · ")}</p>
      {isHost ? (
        <div class="cluster close">
          <button type="button" class="button small" onClick={() => client.send(handOverFrame(room))}>
            Hand over
          </button>
          <button type="button" class="button small" onClick={() => client.send(closedFrame(room, !closed))}>
            {closed ? "Open to newcomers" : "Close to newcomers"}
          </button>
        </div>
      ) : null}
    </div>
  );
}

function Room({ client, room }: RoomProps) {
  const entries = [...room.values];
  const title = `${room.key === "hub" ? "Hub" : "Broadcast"} ${printable(room.name)}`;
  return (
    <section class="room stack tight" aria-label={title}>
      <h3>
        <bdi>{title}</bdi>
      </h3>
      <Lead client={client} room={room} />
      {entries.length === 0 ? (
        <p class="muted">The state is empty.</p>
      ) : (
        <table>
          <colgroup>
            <col class="key" />
            <col />
            <col class="actions" />
          </colgroup>
          <thead class="visually-hidden">
            <tr>
              <th scope="col">Key</th>
              <th scope="col">Value</th>
              <th scope="col">Actions</th>
            </tr>
          </thead>
          <tbody>
            {entries.slice(0, MAX_ROWS).map(([key, value]) => (
              <KeyRow key={key} client={client} room={room} name={key} value={value} />
            ))}
          </tbody>
        </table>
      )}
      {entries.length > MAX_ROWS ? <p class="muted">{entries.length - MAX_ROWS} more keys are not shown.</p> : null}
      <NewKey client={client} room={room} />
    </section>
  );
}

/** The rooms that the client follows, with their state as an editable table (achex.2). */
export function Rooms({ client }: { readonly client: Client }) {
  const [name, setName] = useState("game");
  const open = client.phase.value === "open";
  if (client.session.value.dialect !== "achex.2") return null;
  const rooms = [...client.rooms.value];
  return (
    <section class="rooms stack tight" aria-label={`Rooms of client ${client.id}`}>
      <form
        class="cluster apart"
        onSubmit={(event) => {
          event.preventDefault();
          client.send(followFrame({ key: "hub", name }));
        }}
      >
        <h2>Rooms with state</h2>
        <div class="cluster close">
          <input
            class="field"
            aria-label="Hub to join"
            autocomplete="off"
            autocapitalize="off"
            spellcheck={false}
            value={name}
            onInput={(event) => setName(event.currentTarget.value)}
          />
          <button type="submit" class="button small" disabled={!open || name === ""}>
            Join with state
          </button>
        </div>
      </form>
      {rooms.length === 0 ? (
        <p class="muted">
          Join a hub with its state to see and edit its keys, its host and its options. See{" "}
          <a href="/rooms">Rooms with state</a>.
        </p>
      ) : (
        rooms.map(([id, room]) => <Room key={id} client={client} room={room} />)
      )}
    </section>
  );
}

import { useEffect, useRef } from "preact/hooks";
import type { AnyApp } from "../app/any.ts";
import type { OpenRoom } from "../room/directory.ts";
import { AccountForm } from "./account-form.tsx";
import { CodeForm } from "./code-form.tsx";
import { MySettings } from "./my-settings.tsx";

function OpenRooms({ app }: { readonly app: AnyApp }) {
  const rooms = app.openRooms.value;
  if (rooms.length === 0) return <p class="muted small">No open rooms at the moment. "Play now" opens one.</p>;
  const text = ({ players, seats, phase }: OpenRoom) =>
    `${players} of ${seats} players${phase === "playing" ? ", playing" : ""}`;
  return (
    <ul class="open-rooms" aria-label="Open rooms">
      {rooms.slice(0, 6).map((room) => (
        <li key={room.code}>
          <button type="button" class="button small" onClick={() => app.join(room.code)}>
            Join {room.code}
          </button>
          <span class="muted small">{text(room)}</span>
        </li>
      ))}
    </ul>
  );
}

/** The picture of the game that the page brings along, in the colours of the theme. */
export function CoverPicture() {
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const template = document.getElementById("cover");
    if (template instanceof HTMLTemplateElement) ref.current?.append(template.content.cloneNode(true));
  }, []);
  return <div class="cover" ref={ref} />;
}

/** Before a room: play with strangers, create a room, or join one. */
export function StartScreen({ app }: { readonly app: AnyApp }) {
  const { title, solo } = app.game;
  const { Preview } = app.options;
  const isBusy = app.busy.value !== "";
  return (
    <main class="start-screen" id="main" tabindex={-1}>
      <div class="stack">
        <h1>{title}</h1>
        <p class="lead">{app.options.tagline}</p>
        {app.problem.value === "" ? null : (
          <p class="note warn" role="alert">
            {app.problem.value}
          </p>
        )}
        {app.needsAccount.value ? <AccountForm logIn={(account) => app.logIn(account)} /> : null}
        <div class="cluster start-buttons">
          <button type="button" class="button primary large" disabled={isBusy} onClick={() => app.playNow()}>
            Play now
          </button>
          <button type="button" class="button large" disabled={isBusy} onClick={() => app.create()}>
            Create a room
          </button>
        </div>
        <p class="muted small" role="status">
          {isBusy
            ? `${app.busy.value}…`
            : `Play now: with anyone who is waiting${solo ? ", or against the computer until somebody joins" : ""}. Create a room: with people you invite.`}
        </p>
        <OpenRooms app={app} />
        {Preview ? <Preview /> : <CoverPicture />}
      </div>
      <div class="card stack">
        <h2>Join friends</h2>
        <CodeForm label="Room code" action="Join" submit={(code) => void app.join(code)} />
        <MySettings app={app} />
        <ul class="help-lines">
          {app.options.help.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      </div>
    </main>
  );
}

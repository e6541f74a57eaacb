import type { AnyRoom } from "../app/any.ts";
import type { GameApp } from "../app/game-app.ts";
import type { Schemas } from "../room/definition.ts";
import type { GameRoom } from "../room/game-room.ts";
import { MySettings } from "./my-settings.tsx";
import { Roster } from "./roster.tsx";
import { Invitation } from "./share.tsx";

/** What everybody is waiting for. */
export function waitingText(room: AnyRoom): string {
  const { minPlayers } = room.game;
  const seated = room.players.value.filter(({ seat, status }) => seat !== undefined && status === "here");
  const unready = seated.filter(({ isReady }) => !isReady);
  if (room.phase.value.name === "countdown") return "Get ready!";
  if (!room.host.value) return "Waiting for somebody who can host the room.";
  if (room.players.value.length === 1) return "Nobody else is here yet. Send the link, or let a phone scan the code.";
  if (seated.length < minPlayers) {
    const missing = minPlayers - seated.length;
    return `Waiting for ${missing === 1 ? "one more player" : `${missing} more players`}.`;
  }
  const [first] = unready;
  if (unready.length === 1 && first) return first.isMe ? "Everybody waits for you." : `Waiting for ${first.name}.`;
  return unready.length === seated.length
    ? "The round starts when everybody is ready."
    : `Waiting for ${unready.length} players.`;
}

/** Ready, start, watch: what a player can do between rounds. */
export function ReadyButtons({ room, again = false }: { readonly room: AnyRoom; readonly again?: boolean }) {
  const me = room.me.value;
  const { solo, minPlayers } = room.game;
  const seated = room.players.value.filter(({ seat, status }) => seat !== undefined && status === "here").length;
  const isSeated = me?.seat !== undefined;
  const canStart = room.isHost.value && isSeated && (solo || seated >= minPlayers);
  const startLabel = seated < minPlayers ? "Play against the computer" : "Start now";
  return (
    <div class="cluster ready-buttons">
      {isSeated ? (
        <button
          type="button"
          class={me.isReady ? "button" : "button primary"}
          aria-pressed={me.isReady}
          onClick={() => room.setReady(!me.isReady)}
        >
          {me.isReady ? "✓ Ready" : again ? "Rematch" : "I am ready"}
        </button>
      ) : null}
      {canStart ? (
        <button type="button" class="button" onClick={() => room.start()}>
          {startLabel}
        </button>
      ) : null}
      {me ? (
        <button type="button" class="button quiet" onClick={() => room.setSpectator(!me.isSpectator)}>
          {me.isSpectator ? "Play" : "Watch"}
        </button>
      ) : null}
    </div>
  );
}

function OpenSwitch({ room }: { readonly room: AnyRoom }) {
  return (
    <label class="check">
      <input
        type="checkbox"
        checked={room.isOpen.value}
        disabled={!room.isHost.value}
        onChange={({ currentTarget }) => room.setOpen(currentTarget.checked)}
      />
      Open to strangers
    </label>
  );
}

interface LobbyProps<M extends Schemas, C extends Schemas> {
  readonly app: GameApp<M, C>;
  readonly room: GameRoom<M, C>;
}

/** Before a round: who is there, who is ready, how others get in. */
export function Lobby<M extends Schemas, C extends Schemas>({ app, room }: LobbyProps<M, C>) {
  const { Settings } = app.options;
  return (
    <main class="lobby" id="main" tabindex={-1}>
      <section class="stack" aria-label="Lobby">
        <h1>{room.game.title}</h1>
        <p role="status">{waitingText(room)}</p>
        <ReadyButtons room={room} />
        <div class="card stack">
          <Roster room={room} showsReady level={2} />
          <OpenSwitch room={room} />
        </div>
        {Settings ? (
          <div class="card stack">
            <h2>Settings</h2>
            <Settings room={room} />
          </div>
        ) : null}
        <div class="card stack">
          <MySettings app={app} />
        </div>
      </section>
      <section class="card" aria-label="Invite others">
        <Invitation code={room.code} />
      </section>
    </main>
  );
}

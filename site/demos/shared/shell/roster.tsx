import type { AnyRoom } from "../app/any.ts";
import { colorOf } from "../room/colors.ts";
import type { Player } from "../room/players.ts";

/** The mark of a player in the player's colour. */
export function PlayerMark({ color }: { readonly color: number }) {
  const { hex, mark } = colorOf(color);
  return (
    <span class="player-mark" style={{ color: hex }} aria-hidden="true">
      {mark}
    </span>
  );
}

/** Spectators that are listed. */
const MOST_LISTED = 24;

const STATUS = { here: "", away: "reconnecting…", gone: "left, may return" } as const;

function Line({ player, showsReady }: { readonly player: Player; readonly showsReady: boolean }) {
  const notes = [player.isMe ? "you" : "", player.isHost ? "host" : "", STATUS[player.status]].filter(Boolean);
  return (
    <li class={`player ${player.status}`}>
      <PlayerMark color={player.color} />
      <span class="player-name">{player.name}</span>
      {notes.length > 0 ? <span class="muted small">{notes.join(", ")}</span> : null}
      {showsReady && player.seat !== undefined && player.status === "here" ? (
        <span class={player.isReady ? "ready good" : "ready muted"}>{player.isReady ? "✓ ready" : "not ready"}</span>
      ) : null}
    </li>
  );
}

function FreeSeats({ room, free }: { readonly room: AnyRoom; readonly free: number }) {
  if (free === 0) return null;
  const mine = room.me.value?.seat !== undefined;
  const isSpectator = room.me.value?.isSpectator === true;
  return (
    <li class="player free muted">
      <span class="player-mark" aria-hidden="true">
        ○
      </span>
      <span>{free === 1 ? "1 free seat" : `${free} free seats`}</span>
      {!mine && isSpectator ? (
        <button type="button" class="button small" onClick={() => room.setSpectator(false)}>
          Take a seat
        </button>
      ) : null}
    </li>
  );
}

interface RosterProps {
  readonly room: AnyRoom;
  readonly showsReady?: boolean;
  /** Of the headings. */
  readonly level?: 2 | 3;
}

/** Everybody in the room. */
export function Roster({ room, showsReady = false, level = 3 }: RosterProps) {
  const Heading = level === 2 ? "h2" : "h3";
  const players = room.players.value;
  const seated = players.filter(({ seat }) => seat !== undefined);
  const others = players.filter(({ seat }) => seat === undefined);
  const watching = others.filter(({ isSpectator }) => isSpectator);
  const waiting = others.filter(({ isSpectator }) => !isSpectator);
  const free = room.game.seats - seated.length;
  const groups = [
    ["Waiting for a seat", waiting],
    ["Watching", watching],
  ] as const;
  return (
    <div class="roster stack tight">
      <Heading>
        Players <span class="muted small">{`${seated.length} of ${room.game.seats}`}</span>
      </Heading>
      <ul aria-label="Players">
        {seated.map((player) => (
          <Line key={player.id} player={player} showsReady={showsReady} />
        ))}
        <FreeSeats room={room} free={Math.max(0, free)} />
      </ul>
      {groups.map(([title, list]) =>
        list.length === 0 ? null : (
          <div class="stack tight" key={title}>
            <Heading>
              {title} <span class="muted small">{list.length}</span>
            </Heading>
            <ul aria-label={title}>
              {list.slice(0, MOST_LISTED).map((player) => (
                <Line key={player.sid} player={player} showsReady={false} />
              ))}
            </ul>
          </div>
        ),
      )}
    </div>
  );
}

import type { AnyRoom } from "../app/any.ts";

/** What the player must know and can do something about. */
export function Notices({ room }: { readonly room: AnyRoom }) {
  const away = room.players.value.filter(({ status, isMe, seat }) => status === "away" && !isMe && seat !== undefined);
  const isLost = room.connection.state.value !== "ready";
  const isElsewhere = room.isElsewhere.value;
  if (!isLost && away.length === 0 && !isElsewhere) return null;
  return (
    <div class="notices" role="status">
      {isLost ? <p class="note warn">Connection lost. Reconnecting… Your seat is kept.</p> : null}
      {away.length > 0 ? <p class="note">{`${away.map(({ name }) => name).join(", ")}: reconnecting…`}</p> : null}
      {isElsewhere ? (
        <p class="note warn cluster">
          You play in another tab.
          <button type="button" class="button small" onClick={() => room.takeSeat()}>
            Play here
          </button>
        </p>
      ) : null}
    </div>
  );
}

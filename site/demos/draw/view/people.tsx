import { colorOf } from "../../shared/room/colors.ts";
import type { Player } from "../../shared/room/players.ts";
import { Icon } from "./icons.tsx";
import type { Stage } from "./stage.ts";

interface Layer {
  readonly id: string;
  readonly player: Player | undefined;
  readonly count: number;
}

/** Everybody who is here or has drawn something, with the number of their objects. */
function layersOf(stage: Stage): Layer[] {
  const { session } = stage;
  session.version.value;
  const counts = new Map<string, number>();
  for (const { player } of session.board.drawing.things(session.picture.value))
    counts.set(player, (counts.get(player) ?? 0) + 1);
  const players = session.room.players.value.filter(({ status, id }) => status !== "gone" || counts.has(id));
  const absent = [...counts.keys()].filter((id) => !players.some((one) => one.id === id));
  return [
    ...players.map((player) => ({ id: player.id, player, count: counts.get(player.id) ?? 0 })),
    ...absent.map((id) => ({ id, player: undefined, count: counts.get(id) ?? 0 })),
  ];
}

function toggleHidden(stage: Stage, id: string): void {
  const hidden = new Set(stage.hidden.peek());
  if (!hidden.delete(id)) hidden.add(id);
  stage.hidden.value = hidden;
}

function Row({ stage, layer: { id, player, count } }: { readonly stage: Stage; readonly layer: Layer }) {
  const isHidden = stage.hidden.value.has(id);
  const isFollowed = stage.following.value === id;
  const name = player?.name ?? "Somebody who left";
  const { hex, mark } = colorOf(player?.color ?? 12);
  const canFollow = player && !player.isMe && player.status === "here";
  return (
    <li class={isHidden ? "is-hidden" : ""}>
      <span class="draw-mark" style={{ color: hex }} aria-hidden="true">
        {mark}
      </span>
      <span class="draw-name">
        {name}
        {player?.isMe && <small> you</small>}
        {player?.status === "away" && <small> reconnecting…</small>}
        <small class="draw-count">{count === 1 ? "1 object" : `${count} objects`}</small>
      </span>
      {canFollow && (
        <button
          type="button"
          class="draw-mini"
          title={`Follow ${name}'s view`}
          aria-label={`Follow ${name}'s view`}
          aria-pressed={isFollowed}
          onClick={() => (stage.following.value = isFollowed ? undefined : id)}
        >
          <Icon name="follow" />
        </button>
      )}
      <button
        type="button"
        class="draw-mini"
        title={isHidden ? "Show layer" : "Hide layer"}
        aria-label={`${isHidden ? "Show" : "Hide"} what ${name} has drawn`}
        aria-pressed={!isHidden}
        onClick={() => toggleHidden(stage, id)}
      >
        <Icon name={isHidden ? "hidden" : "eye"} />
      </button>
    </li>
  );
}

/** Who drew what: each player's layer can be hidden, and a player's view followed. */
export const People = ({ stage, close }: { readonly stage: Stage; readonly close: () => void }) => (
  <section class="draw-tray draw-panel" aria-label="People and layers">
    <header>
      <h2>People and layers</h2>
      <button type="button" class="draw-mini" aria-label="Close" onClick={close}>
        <Icon name="close" />
      </button>
    </header>
    <ul class="draw-people">
      {layersOf(stage).map((layer) => (
        <Row key={layer.id} stage={stage} layer={layer} />
      ))}
    </ul>
  </section>
);

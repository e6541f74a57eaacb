import type { GameConnection } from "../connection/game-connection.ts";
import { Icon, type IconName } from "./icons.tsx";

/** What each bar is made of, for games and applications alike. */
interface ToolProps {
  readonly icon: IconName;
  readonly label: string;
  readonly pressed?: boolean;
  readonly note?: string | number;
  readonly onClick: () => void;
}

export function Tool({ icon, label, pressed, note, onClick }: ToolProps) {
  return (
    <button
      type="button"
      class="tool"
      title={label}
      aria-label={note === undefined ? label : `${label}: ${note}`}
      aria-pressed={pressed}
      onClick={onClick}
    >
      <Icon name={icon} />
      {note === undefined ? null : <span class="tool-note">{note}</span>}
    </button>
  );
}

function toggleFullscreen(): void {
  const { documentElement, fullscreenElement } = document;
  // Some phones do not have it; then nothing happens.
  if (fullscreenElement) document.exitFullscreen().catch(() => {});
  else documentElement.requestFullscreen?.().catch(() => {});
}

/** Round trip, or what is wrong with the connection. */
export function LinkState({ connection }: { readonly connection: Pick<GameConnection, "state" | "latency"> }) {
  const { state, latency } = connection;
  if (state.value !== "ready") return <span class="badge warn">reconnecting…</span>;
  const ms = latency.value;
  return (
    <span class="latency muted" title="Round trip to the relay">
      {ms === undefined ? "" : `${Math.round(ms)} ms`}
    </span>
  );
}

export const FullScreenTool = () => <Tool icon="fullscreen" label="Full screen" onClick={toggleFullscreen} />;

/** To all demos. */
export const HomeLink = () => (
  <a class="home" href="/demos" title="All demos">
    <svg class="diamond" viewBox="0 0 32 32" aria-hidden="true">
      <path
        fill="currentColor"
        fill-rule="evenodd"
        d="M16 1 31 16 16 31 1 16ZM16 8 8 16 16 24 24 16Zm0 4 4 4-4 4-4-4Z"
      />
    </svg>
    <span class="visually-hidden">All demos</span>
  </a>
);

import type { AnyApp, AnyRoom } from "../app/any.ts";
import { sound } from "../sound.ts";
import { Icon, type IconName } from "./icons.tsx";

export type Panel = "share" | "people" | "help" | "frames";

interface ToolProps {
  readonly icon: IconName;
  readonly label: string;
  readonly pressed?: boolean;
  readonly note?: string | number;
  readonly onClick: () => void;
}

function Tool({ icon, label, pressed, note, onClick }: ToolProps) {
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
function Connection({ room }: { readonly room: AnyRoom }) {
  const { state, latency } = room.connection;
  if (state.value !== "ready") return <span class="badge warn">reconnecting…</span>;
  const ms = latency.value;
  return (
    <span class="latency muted" title="Round trip to the relay">
      {ms === undefined ? "" : `${Math.round(ms)} ms`}
    </span>
  );
}

interface TopBarProps {
  readonly app: AnyApp;
  readonly open: (panel: Panel) => void;
  readonly panel: Panel | undefined;
}

/** The bar above every game: where one is, who is there, and tools. */
export function TopBar({ app, open, panel }: TopBarProps) {
  const room = app.room.value;
  const present = room?.players.value.filter(({ status }) => status !== "gone").length ?? 0;
  return (
    <header class="game-bar">
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
      <strong class="game-title">{app.game.title}</strong>
      {room ? (
        <>
          <button
            type="button"
            class="code-button"
            onClick={() => open("share")}
            aria-label={`Invite others to room ${room.code}`}
          >
            {room.code}
            <Icon name="share" />
          </button>
          <Connection room={room} />
        </>
      ) : null}
      <div class="tools" role="toolbar" aria-label="Tools">
        {room ? (
          <Tool
            icon="people"
            label="Players"
            note={present}
            pressed={panel === "people"}
            onClick={() => open("people")}
          />
        ) : null}
        <Tool
          icon={sound.isOn.value ? "soundOn" : "soundOff"}
          label="Sound"
          pressed={sound.isOn.value}
          onClick={() => sound.set(!sound.isOn.value)}
        />
        <Tool icon="fullscreen" label="Full screen" onClick={toggleFullscreen} />
        <Tool icon="help" label="Help" pressed={panel === "help"} onClick={() => open("help")} />
        <Tool icon="frames" label="Frames and network" pressed={panel === "frames"} onClick={() => open("frames")} />
        {room ? <Tool icon="leave" label="Leave the room" onClick={() => app.leave()} /> : null}
      </div>
    </header>
  );
}

import type { AnyApp } from "../app/any.ts";
import { sound } from "../sound.ts";
import { FullScreenTool, HomeLink, LinkState, Tool } from "./bar-parts.tsx";
import { Icon } from "./icons.tsx";

export type Panel = "share" | "people" | "help" | "frames";

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
      <HomeLink />
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
          <LinkState connection={room.connection} />
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
        <FullScreenTool />
        <Tool icon="help" label="Help" pressed={panel === "help"} onClick={() => open("help")} />
        <Tool icon="frames" label="Frames and network" pressed={panel === "frames"} onClick={() => open("frames")} />
        {room ? <Tool icon="leave" label="Leave the room" onClick={() => app.leave()} /> : null}
      </div>
    </header>
  );
}

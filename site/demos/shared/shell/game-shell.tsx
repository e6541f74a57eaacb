import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { AnyApp, AnyRoom } from "../app/any.ts";
import type { GameApp } from "../app/game-app.ts";
import type { Schemas } from "../room/definition.ts";
import type { GameRoom } from "../room/game-room.ts";
import { Announcements } from "./announce.tsx";
import { Countdown } from "./countdown.tsx";
import { Dialog } from "./dialog.tsx";
import { FramePanel } from "./frame-panel.tsx";
import { Lobby, ReadyButtons, waitingText } from "./lobby.tsx";
import { MySettings } from "./my-settings.tsx";
import { Notices } from "./notices.tsx";
import { Roster } from "./roster.tsx";
import { Invitation } from "./share.tsx";
import { StartScreen } from "./start-screen.tsx";
import { type Panel, TopBar } from "./top-bar.tsx";

interface ShellProps<M extends Schemas, C extends Schemas> {
  readonly app: GameApp<M, C>;
}

/** Whether a key was meant for what has the focus. */
const isTyping = ({ target }: Event) =>
  target instanceof HTMLElement && (target.isContentEditable || target.matches("input, textarea, select"));

function Dialogs({
  app,
  panel,
  close,
}: {
  readonly app: AnyApp;
  readonly panel: Panel | undefined;
  readonly close: () => void;
}) {
  const room = app.room.value;
  if (panel === "help")
    return (
      <Dialog title={app.game.title} onClose={close}>
        <ul class="help-lines">
          {app.options.help.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      </Dialog>
    );
  if (!room) return null;
  if (panel === "share")
    return (
      <Dialog title="Invite others" onClose={close}>
        <Invitation code={room.code} />
      </Dialog>
    );
  if (panel !== "people") return null;
  return (
    <Dialog title="Players" onClose={close}>
      <Roster room={room} />
      <MySettings app={app} />
    </Dialog>
  );
}

function RoundOver({ room, children }: { readonly room: AnyRoom; readonly children: ComponentChildren }) {
  return (
    <section class="round-over card" aria-label="Round over">
      {children}
      <p role="status" class="muted small">
        {waitingText(room)}
      </p>
      <ReadyButtons room={room} again />
      {room.isHost.value ? (
        <button type="button" class="button small quiet" onClick={() => room.toLobby()}>
          Back to the lobby
        </button>
      ) : null}
    </section>
  );
}

function Stage<M extends Schemas, C extends Schemas>({
  app,
  room,
}: ShellProps<M, C> & { readonly room: GameRoom<M, C> }) {
  const { Play, Result, lobby } = app.options;
  const { name, round } = room.phase.value;
  const isPlayed = lobby === "never" || name === "playing" || name === "over" || (name === "countdown" && round > 0);
  if (!isPlayed)
    return (
      <>
        <Lobby app={app} room={room} />
        {name === "countdown" ? <Countdown room={room} /> : null}
      </>
    );
  return (
    <main class="stage" id="main" tabindex={-1}>
      <h1 class="visually-hidden">{room.game.title}</h1>
      <Play room={room} />
      {name === "countdown" ? <Countdown room={room} /> : null}
      {name === "over" && lobby !== "never" ? (
        <RoundOver room={room}>{Result ? <Result room={room} /> : <h2>Round over</h2>}</RoundOver>
      ) : null}
    </main>
  );
}

/** The page of a game: the bar, and below it the first screen, the lobby, or the game. */
export function GameShell<M extends Schemas, C extends Schemas>({ app }: ShellProps<M, C>) {
  const [panel, setPanel] = useState<Panel | undefined>(undefined);
  const room = app.room.value;
  const connection = app.connection.value;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== "h" || event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return;
      setPanel((open) => (open === undefined ? "help" : open));
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, []);
  const open = (next: Panel) => setPanel((now) => (now === next ? undefined : next));
  const isFrames = panel === "frames" && connection !== undefined;
  return (
    <div class={isFrames ? "game-shell with-panel" : "game-shell"}>
      <TopBar app={app} panel={panel} open={open} />
      {room ? <Notices room={room} /> : null}
      {room ? <Stage app={app} room={room} /> : <StartScreen app={app} />}
      {isFrames ? <FramePanel connection={connection} onClose={() => setPanel(undefined)} /> : null}
      <Dialogs app={app} panel={panel} close={() => setPanel(undefined)} />
      <Announcements />
    </div>
  );
}

import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { GameConnection } from "../connection/game-connection.ts";
import { Announcements } from "./announce.tsx";
import { FullScreenTool, HomeLink, LinkState, Tool } from "./bar-parts.tsx";
import { Dialog } from "./dialog.tsx";
import { FramePanel } from "./frame-panel.tsx";

interface AppShellProps {
  readonly title: string;
  /** Undefined before the first one. */
  readonly connection: GameConnection | undefined;
  /** Lines of the help card. */
  readonly help: readonly string[];
  /** In the bar, after the title: where one is. */
  readonly place?: ComponentChildren;
  /** In the bar, before the tools that every application has. */
  readonly tools?: ComponentChildren;
  /** The `<main>` element, and dialogs. */
  readonly children: ComponentChildren;
}

/** The page of an application that is not a game: its bar, its content, and the panel with frames and a bad network. */
export function AppShell({ title, connection, help, place, tools, children }: AppShellProps) {
  const [panel, setPanel] = useState<"help" | "frames" | undefined>(undefined);
  const toggle = (next: "help" | "frames") => setPanel((now) => (now === next ? undefined : next));
  const isFrames = panel === "frames" && connection !== undefined;
  return (
    <div class={isFrames ? "game-shell with-panel" : "game-shell"}>
      <header class="game-bar">
        <HomeLink />
        <strong class="game-title">{title}</strong>
        {place}
        {connection ? <LinkState connection={connection} /> : null}
        <div class="tools" role="toolbar" aria-label="Tools">
          {tools}
          <FullScreenTool />
          <Tool icon="help" label="Help" pressed={panel === "help"} onClick={() => toggle("help")} />
          <Tool icon="frames" label="Frames and network" pressed={isFrames} onClick={() => toggle("frames")} />
        </div>
      </header>
      {children}
      {isFrames ? <FramePanel connection={connection} onClose={() => setPanel(undefined)} /> : null}
      {panel === "help" ? (
        <Dialog title={title} onClose={() => setPanel(undefined)}>
          <ul class="help-lines">
            {help.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        </Dialog>
      ) : null}
      <Announcements />
    </div>
  );
}

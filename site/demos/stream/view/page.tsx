import { useState } from "preact/hooks";
import { AppShell } from "../../shared/shell/app-shell.tsx";
import { Tool } from "../../shared/shell/bar-parts.tsx";
import { Dialog } from "../../shared/shell/dialog.tsx";
import { Icon } from "../../shared/shell/icons.tsx";
import { Invitation } from "../../shared/shell/share.tsx";
import type { StreamApp } from "../app.ts";
import { title } from "../texts.ts";
import { Recorder } from "./recorder.tsx";
import { Start } from "./start.tsx";

const HELP = [
  "Drag across the chart to zoom in. The stream goes on; “Live” returns to it. Space pauses.",
  "Arrow keys move, + and − zoom, L is live. A gap in the data is a gap in the line.",
  "Each column of the chart shows the lowest and the highest value in it, so no peak is lost.",
  "If your device or network is too slow for all points, you receive fewer, and the line below the chart says so.",
] as const;

/** The page: the first screen, or the stream that is watched or published. */
export function Page({ app }: { readonly app: StreamApp }) {
  const [isShared, setShared] = useState(false);
  const stream = app.stream.value;
  const place = stream ? (
    <button
      type="button"
      class="code-button"
      onClick={() => setShared(true)}
      aria-label={`Invite others to stream ${stream.code}`}
    >
      {stream.code}
      <Icon name="share" />
    </button>
  ) : null;
  const leave = stream ? (
    <Tool
      icon="leave"
      label={stream.kind === "publishing" ? "Stop publishing" : "Leave the stream"}
      onClick={() => app.leave()}
    />
  ) : null;
  return (
    <AppShell title={title} connection={app.connection.value} help={HELP} place={place} tools={leave}>
      {stream ? <Recorder key={stream.code} stream={stream} /> : <Start app={app} />}
      {stream && isShared ? (
        <Dialog title="Invite others" onClose={() => setShared(false)}>
          <Invitation code={stream.code} />
        </Dialog>
      ) : null}
    </AppShell>
  );
}

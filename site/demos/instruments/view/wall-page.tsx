import { useState } from "preact/hooks";
import { AccountForm } from "../../shared/shell/account-form.tsx";
import { AppShell } from "../../shared/shell/app-shell.tsx";
import type { Wall } from "../net/wall.ts";
import type { WallApp } from "../net/wall-app.ts";
import { title } from "../texts.ts";
import { AlarmList } from "./alarm-list.tsx";
import { Detail } from "./detail.tsx";
import { FilesDialog, LogDialog } from "./dialogs.tsx";
import { Fields, useArranged, usePainter } from "./fields.tsx";
import { Kiosk } from "./kiosk.tsx";
import { Start } from "./start.tsx";
import { Toolbar } from "./toolbar.tsx";

const HELP = [
  "Everything normal is grey. A square with 1 is critical, a triangle with 2 a warning, a circle with 3 a notice. Filled: not acknowledged yet.",
  "Bars show the scale and, darker, the normal band. Trends show the last minute.",
  "Stale: three readings are missing. Offline: the instrument left, or has been silent for 1.5 s.",
  "Select a title for details: the last hour, calibration, settings, and a file with the values.",
  "Shelved alarms return on their own. The log and what you acknowledged stay in this browser.",
  "Wall screen fills a monitor. An address that ends in ?kiosk begins with it. Escape leaves it.",
] as const;

/** What the page must say about itself. */
function Notices({ wall }: { readonly wall: Wall }) {
  wall.revision.value;
  const misfits = wall.directory.misfits.value;
  const isLost = wall.connection.state.value !== "ready" && wall.directory.isKnown.value;
  return (
    <div class="wall-notices" role="status">
      {isLost ? <p class="note warn">Connection to the relay lost. All values are old. Reconnecting…</p> : null}
      {misfits.length > 0 ? (
        <p class="note">{`${misfits.length} ${misfits.length === 1 ? "member announces" : "members announce"} an instrument that does not conform: ${misfits[0]?.problem ?? ""}`}</p>
      ) : null}
      {wall.directory.isCrowded.value ? (
        <p class="note warn">The relay lists 200 members. There are more, which do not show here.</p>
      ) : null}
    </div>
  );
}

function WallView({ app, wall }: { readonly app: WallApp; readonly wall: Wall }) {
  const [dialog, setDialog] = useState<"files" | "log">();
  const painter = usePainter(wall);
  const { instruments, alarmsOf } = useArranged(app, wall);
  if (app.isKiosk.value) return <Kiosk app={app} wall={wall} painter={painter} />;
  const selected = app.selected.value === undefined ? undefined : wall.byId(app.selected.value);
  const hasAny = wall.instruments.value.length > 0;
  const close = () => {
    const id = app.selected.value;
    app.selected.value = undefined;
    document.querySelector<HTMLElement>(`[data-id="${id}"] button`)?.focus();
  };
  const open = (id: string) => {
    app.selected.value = id;
  };
  return (
    <main class={selected ? "wall with-detail" : "wall"} id="main" tabIndex={-1}>
      <h1 class="visually-hidden">{title}</h1>
      <Toolbar app={app} wall={wall} openFiles={() => setDialog("files")} openLog={() => setDialog("log")} />
      <Notices wall={wall} />
      <div class="wall-body">
        {!wall.directory.isKnown.value && !hasAny ? (
          <p class="wall-start muted">Looking for instruments…</p>
        ) : hasAny ? (
          <div class="wall-fields">
            <Fields {...{ app, wall, painter, instruments, alarmsOf }} isSmall={false} />
            {instruments.length === 0 ? (
              <p class="muted">
                No instrument matches.{" "}
                <button type="button" class="button small" onClick={() => app.arrange({ show: "all", words: "" })}>
                  Show all
                </button>
              </p>
            ) : null}
          </div>
        ) : (
          <Start simulators={app.simulators} />
        )}
        {selected ? (
          <Detail wall={wall} instrument={selected} alarms={alarmsOf(selected.id)} close={close} />
        ) : hasAny ? (
          <AlarmList wall={wall} open={open} />
        ) : null}
      </div>
      {dialog === "files" ? <FilesDialog wall={wall} onClose={() => setDialog(undefined)} /> : null}
      {dialog === "log" ? <LogDialog wall={wall} onClose={() => setDialog(undefined)} /> : null}
    </main>
  );
}

/** The whole page. */
export function WallPage({ app }: { readonly app: WallApp }) {
  const wall = app.wall.value;
  return (
    <AppShell title={title} connection={app.connection.value} help={HELP}>
      {app.needsAccount.value ? (
        <main class="wall-start" id="main" tabIndex={-1}>
          <p class="note warn">{app.problem.value}</p>
          <AccountForm logIn={(account) => void app.start(account)} />
        </main>
      ) : wall ? (
        <WallView app={app} wall={wall} />
      ) : (
        <main class="wall" id="main" tabIndex={-1} />
      )}
      <p class="visually-hidden" role="alert">
        {app.spoken.critical.value}
      </p>
      <p class="visually-hidden" role="status">
        {app.spoken.other.value}
      </p>
    </AppShell>
  );
}

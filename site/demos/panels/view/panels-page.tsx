import { useEffect, useState } from "preact/hooks";
import { NAME_LENGTH } from "../../shared/room/names.ts";
import { AccountForm } from "../../shared/shell/account-form.tsx";
import { Dialog } from "../../shared/shell/dialog.tsx";
import { FramePanel } from "../../shared/shell/frame-panel.tsx";
import type { OpenInstrument } from "../net/open-instrument.ts";
import type { PanelsApp } from "../net/panels-app.ts";
import { hasFrontPanel, misfitOf } from "../rules/fits.ts";
import { ControlBar } from "./control-bar.tsx";
import { GeneratorPanel } from "./generator.tsx";
import { GenericPanel } from "./generic.tsx";
import { PowerSupplyPanel } from "./power-supply.tsx";
import { ScpiConsole } from "./scpi-console.tsx";
import { Start } from "./start.tsx";
import { type Panel, TopBar } from "./top-bar.tsx";

const HELP = [
  "Drag a knob up or down. Hold Shift to turn it finely. The wheel and the arrow keys change the underlined digit; Page Up and Page Down ten times as much, Home and End go to the ends.",
  "Click the digits under a knob, or type on it, for a number: 3.3, 250m, 1.2 kHz, min, max.",
  "Hollow digits have not been confirmed by the instrument. What it rejects jumps back, and its screen says why.",
  "One operator is in control. Others ask for control, and get it after 30 s if nobody answers.",
  "The command line takes SCPI, such as VOLT 3.3 or MEAS:CURR?. Arrow up and down repeat lines.",
];

/** What the page knows about the instrument that is not as it should be. */
function Warnings({ open, kind, misfit }: { open: OpenInstrument; kind: string; misfit: string | undefined }) {
  const announced = open.announced.value;
  const problems = open.followed.problems.value;
  return (
    <div class="panel-warnings">
      {hasFrontPanel(kind) && misfit !== undefined ? (
        <p class="note warn">{`The front panel of a ${kind.replace("-", " ")} does not fit: ${misfit}. This panel is made from its description.`}</p>
      ) : null}
      {problems.map((problem) => (
        <p key={problem} class="note warn">{`The description is wrong in ${problem}.`}</p>
      ))}
      {announced && announced.rivals > 0 ? (
        <p class="note warn">{`${announced.rivals + 1} sessions say that they are ${announced.id}. The first one counts.`}</p>
      ) : null}
    </div>
  );
}

function OpenPanel({ open }: { readonly open: OpenInstrument }) {
  const description = open.followed.description.value;
  const announced = open.announced.value;
  const [kind, setKind] = useState(announced?.kind ?? "");
  // It keeps its panel when it goes offline.
  useEffect(() => {
    if (announced) setKind(announced.kind);
  }, [announced]);
  useEffect(() => {
    if (announced) void open.scpi.list();
  }, [open, announced?.sid]);
  const misfit = misfitOf(kind, description);
  if (!description.limits && !description.quantities)
    return (
      <>
        <Warnings {...{ open, kind }} misfit={undefined} />
        <p class="start-panel" role="status">
          {announced
            ? `${announced.title} has not described itself yet.`
            : `${open.id} is offline. Its panel opens when it is there.`}
        </p>
      </>
    );
  const View = misfit !== undefined ? GenericPanel : kind === "power-supply" ? PowerSupplyPanel : GeneratorPanel;
  return (
    <>
      <Warnings {...{ open, kind, misfit }} />
      <View instrument={open} description={description} />
      <ScpiConsole instrument={open} kind={kind} />
    </>
  );
}

function Content({ app }: { readonly app: PanelsApp }) {
  const open = app.open.value;
  const directory = app.directory.value;
  if (app.refusal.value !== "")
    return (
      <div class="start-panel stack">
        <p class="note warn" role="alert">
          {app.refusal.value}
        </p>
        <AccountForm logIn={(account) => void app.start(account)} />
      </div>
    );
  if (open) return <OpenPanel key={open.id} open={open} />;
  if (!directory?.isKnown.value) return <p class="start-panel">Connecting…</p>;
  return directory.instruments.value.length === 0 ? <Start /> : null;
}

/** The page: bar, the open panel, dialogs. */
export function PanelsPage({ app }: { readonly app: PanelsApp }) {
  const [panel, setPanel] = useState<Panel | undefined>(undefined);
  const connection = app.connection.value;
  const close = () => setPanel(undefined);
  const isFrames = panel === "frames" && connection !== undefined;
  return (
    <div class={isFrames ? "game-shell panels-shell with-panel" : "game-shell panels-shell"}>
      <TopBar app={app} panel={panel} open={(next) => setPanel((now) => (now === next ? undefined : next))} />
      <main class="panels-main" id="main" tabIndex={-1}>
        {app.open.value && app.refusal.value === "" ? <ControlBar control={app.open.value.control} /> : null}
        <div class="panels-ground">
          <Content app={app} />
        </div>
      </main>
      {isFrames ? <FramePanel connection={connection} onClose={close} /> : null}
      {panel === "help" ? (
        <Dialog title="Front panels" onClose={close}>
          <ul class="help-lines">
            {HELP.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        </Dialog>
      ) : null}
      {panel === "people" ? (
        <Dialog title="Your name" onClose={close}>
          <label class="field">
            <span>Other operators see you as</span>
            <input
              value={app.name.value}
              maxLength={NAME_LENGTH}
              autocomplete="nickname"
              spellcheck={false}
              onChange={({ currentTarget }) => {
                app.setName(currentTarget.value);
                currentTarget.value = app.name.value;
              }}
            />
          </label>
        </Dialog>
      ) : null}
    </div>
  );
}

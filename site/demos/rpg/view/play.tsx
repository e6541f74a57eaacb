import { useSignalEffect } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import type { WorldRoom } from "../net/checkpoint.ts";
import { FINISHED } from "../rules/quest.ts";
import { BagPanel } from "./bag-panel.tsx";
import { DressPanel } from "./dress-panel.tsx";
import { Bar, Ending, MapName, Notices, Speech, Status } from "./hud.tsx";
import { type Session, sessionOf } from "./session.ts";
import { Stage } from "./stage.ts";
import { TalkBox } from "./talk-box.tsx";
import { TradePanel } from "./trade-panel.tsx";

/** The world on the page: the picture, and what lies over it. */
export function Play({ room }: { readonly room: WorldRoom }) {
  const session = sessionOf(room);
  return session ? <World session={session} /> : null;
}

function World({ session }: { readonly session: Session }) {
  const { game, ui } = session;
  const field = useRef<HTMLDivElement>(null);
  const picture = useRef<HTMLCanvasElement>(null);
  const labels = useRef<HTMLCanvasElement>(null);
  const minimap = useRef<HTMLCanvasElement>(null);
  const [stage, setStage] = useState<Stage | undefined>(undefined);
  useEffect(() => {
    if (!field.current || !picture.current || !labels.current || !minimap.current) return undefined;
    const made = new Stage(game, ui, {
      field: field.current,
      picture: picture.current,
      labels: labels.current,
      minimap: minimap.current,
    });
    session.stage = made;
    setStage(made);
    return () => made.stop();
  }, [session]);
  const step = useRef<number | undefined>(undefined);
  useSignalEffect(() => {
    const now = game.me.value?.quest.step;
    if (now === FINISHED && step.current !== undefined && step.current < FINISHED) {
      // What is open would lie over the end.
      ui.closeAll();
      ui.isEnding.value = true;
    }
    step.current = now;
  });
  const panel = ui.panel.value;
  return (
    <div class="lf">
      <div class="lf-field" ref={field}>
        <canvas class="lf-canvas" ref={picture} />
        <canvas class="lf-labels" ref={labels} />
      </div>
      <Status game={game} controls={() => stage?.controls} />
      <canvas class="lf-map" ref={minimap} width={168} height={108} aria-label="Map" role="img" />
      <MapName game={game} />
      <Bar game={game} ui={ui} controls={() => stage?.controls} />
      <Speech game={game} ui={ui} />
      <TalkBox game={game} ui={ui} />
      {panel === "bag" && !game.trade.value && <BagPanel game={game} ui={ui} />}
      {panel === "dress" && !game.trade.value && <DressPanel game={game} ui={ui} />}
      <TradePanel game={game} />
      <Notices ui={ui} />
      <Ending game={game} ui={ui} />
    </div>
  );
}

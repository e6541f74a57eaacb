import { useSignal } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import type { DrawSession } from "../net/session.ts";
import { toPaper } from "./camera.ts";
import { IconButton, UndoButtons, ZoomButtons } from "./corner.tsx";
import { editAt } from "./editor.ts";
import { listenToGame } from "./guess-effects.ts";
import { GuessSetup } from "./guess-setup.tsx";
import { GuessBar, GuessPanel, GuessResult, WordChoice } from "./guess-view.tsx";
import { listenToKeys } from "./keys.ts";
import { loadLettering } from "./lettering.ts";
import { Menu, type PanelName } from "./menu.tsx";
import { People } from "./people.tsx";
import { dropImages } from "./pictures-in.ts";
import { ReplayBar } from "./replay-bar.tsx";
import { Stage } from "./stage.ts";
import { TextEditor } from "./text-editor.tsx";
import { Tray } from "./tray.tsx";

/** Files dropped on the paper or pasted into the page become images. */
function listenToImages(stage: Stage, element: HTMLElement, onProblem: (problem: string) => void): () => void {
  const stop = new AbortController();
  const put = (files: readonly File[], at?: readonly [number, number]) =>
    void dropImages(stage, files, at).then((problem) => problem && onProblem(problem));
  const drop = (event: DragEvent) => {
    event.preventDefault();
    const { left, top } = element.getBoundingClientRect();
    put([...(event.dataTransfer?.files ?? [])], [event.clientX - left, event.clientY - top]);
  };
  const paste = (event: ClipboardEvent) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length > 0) put(files);
  };
  element.addEventListener("dragover", (event) => event.preventDefault(), { signal: stop.signal });
  element.addEventListener("drop", drop, { signal: stop.signal });
  addEventListener("paste", paste, { signal: stop.signal });
  return () => stop.abort();
}

/** Creates the stage on its element once the handwriting is loaded: texts measured in another font would break elsewhere. */
function useStage(session: DrawSession, onProblem: (problem: string) => void) {
  const element = useRef<HTMLDivElement>(null);
  const [stage, setStage] = useState<Stage>();
  useEffect(() => {
    const host = element.current;
    if (!host) return undefined;
    const stops: (() => void)[] = [];
    let isOver = false;
    void loadLettering().then(() => {
      if (isOver) return;
      const made = new Stage(host, session);
      stops.push(() => made.close(), listenToGame(session), listenToKeys(made), listenToImages(made, host, onProblem));
      const edit = (event: MouseEvent) => {
        const { left, top } = host.getBoundingClientRect();
        editAt(made, ...toPaper(made.camera.peek(), event.clientX - left, event.clientY - top));
      };
      host.addEventListener("dblclick", edit);
      stops.push(() => host.removeEventListener("dblclick", edit));
      setStage(made);
    });
    return () => {
      isOver = true;
      for (const stop of stops) stop();
    };
  }, [session, onProblem]);
  return { element, stage };
}

/** ms between two descriptions: counting a large drawing with every stroke would cost more than painting it. */
const DESCRIBED = 2_000;

/** What the picture shows, for those who do not see it. */
function Description({ session }: { readonly session: DrawSession }) {
  const described = useSignal(0);
  useEffect(() => {
    const timer = setInterval(() => (described.value = session.version.peek()), DESCRIBED);
    return () => clearInterval(timer);
  }, [session, described]);
  described.value;
  const things = session.board.drawing.things(session.picture.value);
  const people = new Set(things.map(({ player }) => player)).size;
  const texts = things.flatMap(({ shape }) => ("text" in shape && shape.text !== "" ? [shape.text] : []));
  return (
    <p class="visually-hidden" id="draw-description">
      A drawing with {things.length} {things.length === 1 ? "object" : "objects"} by {people}{" "}
      {people === 1 ? "person" : "people"}. {texts.length > 0 && `Texts: ${texts.slice(-20).join("; ")}`}
    </p>
  );
}

interface PanelsProps {
  readonly stage: Stage;
  readonly panel: PanelName | undefined;
  readonly close: () => void;
}

function Panels({ stage, panel, close }: PanelsProps) {
  if (panel === "people") return <People stage={stage} close={close} />;
  if (panel === "guess") return <GuessSetup session={stage.session} close={close} />;
  return panel === "replay" ? <ReplayBar stage={stage} close={close} /> : null;
}

const Welcome = () => (
  <p class="draw-welcome">
    A fresh sheet of paper.
    <small>Draw something: everybody in the room sees it while you draw.</small>
  </p>
);

/** The controls around the paper. */
function Controls({ stage, onProblem }: { readonly stage: Stage; readonly onProblem: (problem: string) => void }) {
  const { session } = stage;
  const panel = useSignal<PanelName | undefined>(undefined);
  const isMenuOpen = useSignal(false);
  session.version.value;
  const game = session.guess.game.value;
  const isPlaying = game !== undefined && game.stage !== "over";
  const followed = stage.following.value;
  useEffect(() => {
    // The player who starts a game does not know what covers the paper of the others.
    if (isPlaying) isMenuOpen.value = false;
  }, [isPlaying]);
  return (
    <>
      {session.mayDraw.value && panel.value !== "replay" && (
        <>
          <UndoButtons stage={stage} />
          <Tray stage={stage} onProblem={onProblem} />
        </>
      )}
      {!isPlaying && <ZoomButtons stage={stage} />}
      {session.board.drawing.size === 0 && !game && <Welcome />}
      <div class="draw-tray draw-more">
        {!game && panel.value === undefined && (
          <button type="button" class="draw-invite" onClick={() => (panel.value = "guess")}>
            Guess the word
          </button>
        )}
        <IconButton
          icon="menu"
          label="Menu"
          pressed={isMenuOpen.value}
          onClick={() => (isMenuOpen.value = !isMenuOpen.peek())}
        />
      </div>
      {isMenuOpen.value && (
        <Menu stage={stage} open={(name) => (panel.value = name)} close={() => (isMenuOpen.value = false)} />
      )}
      <Panels stage={stage} panel={panel.value} close={() => (panel.value = undefined)} />
      {followed !== undefined && (
        <button type="button" class="draw-following" onClick={() => (stage.following.value = undefined)}>
          Following {session.player(followed)?.name ?? "somebody"} · Stop
        </button>
      )}
      <TextEditor stage={stage} />
      {game?.stage === "choosing" && session.guess.isDrawer.value && <WordChoice guess={session.guess} />}
      {game?.stage === "over" && <GuessResult session={session} game={game} />}
    </>
  );
}

/** The whole play field: the paper, its controls, and what a game of guessing adds. */
export function DrawView({ session }: { readonly session: DrawSession }) {
  const problem = useSignal<string | undefined>(undefined);
  const [onProblem] = useState(() => (text: string) => {
    problem.value = text;
  });
  const { element, stage } = useStage(session, onProblem);
  const game = session.guess.game.value;
  const isPlaying = game !== undefined && game.stage !== "over";
  const tool = stage?.style.value.tool ?? "pen";
  return (
    <div class={`draw${isPlaying ? " is-guessing" : ""}`}>
      {isPlaying && <GuessBar session={session} game={game} />}
      <div class="draw-field">
        <div
          ref={element}
          class="draw-stage"
          data-tool={session.mayDraw.value ? tool : "hand"}
          role="img"
          aria-label="Shared drawing"
          aria-describedby="draw-description"
        />
        <Description session={session} />
        {stage && <Controls stage={stage} onProblem={onProblem} />}
        {problem.value !== undefined && (
          <p class="draw-problem" role="alert">
            {problem.value}
            <button type="button" class="button small" onClick={() => (problem.value = undefined)}>
              Close
            </button>
          </p>
        )}
      </div>
      {isPlaying && <GuessPanel session={session} game={game} />}
    </div>
  );
}

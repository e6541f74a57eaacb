import { useEffect, useRef } from "preact/hooks";
import { imageUrls, save, toPng, toSvg } from "./export.ts";
import { Icon, type IconName } from "./icons.tsx";
import type { Stage } from "./stage.ts";

export type PanelName = "people" | "guess" | "replay";

interface MenuProps {
  readonly stage: Stage;
  readonly open: (panel: PanelName) => void;
  readonly close: () => void;
}

const things = (stage: Stage) =>
  stage.session.board.drawing
    .things(stage.session.picture.peek())
    .filter(({ player }) => !stage.hidden.peek().has(player));

async function savePng(stage: Stage): Promise<void> {
  save(await toPng(things(stage), stage.session.images.get), `drawing-${stage.session.room.code}.png`);
}

function saveSvg(stage: Stage): void {
  const svg = toSvg(things(stage), imageUrls(stage.session));
  save(new Blob([svg], { type: "image/svg+xml" }), `drawing-${stage.session.room.code}.svg`);
}

const Item = ({
  icon,
  label,
  onClick,
}: {
  readonly icon: IconName;
  readonly label: string;
  readonly onClick: () => void;
}) => (
  <li>
    <button type="button" onClick={onClick}>
      <Icon name={icon} /> {label}
    </button>
  </li>
);

/** What is needed now and then. */
export function Menu({ stage, open, close }: MenuProps) {
  const menu = useRef<HTMLUListElement>(null);
  useEffect(() => {
    menu.current?.querySelector("button")?.focus();
    const outside = (event: Event) => {
      if (event.target instanceof Node && !menu.current?.contains(event.target)) close();
    };
    const onKey = (event: KeyboardEvent) => event.key === "Escape" && close();
    addEventListener("pointerdown", outside, true);
    addEventListener("keydown", onKey);
    return () => {
      removeEventListener("pointerdown", outside, true);
      removeEventListener("keydown", onKey);
    };
  }, [close]);
  const { guess, room } = stage.session;
  const isPlaying = guess.game.value !== undefined && guess.game.value.stage !== "over";
  const then = (action: () => void) => () => {
    close();
    action();
  };
  return (
    <ul ref={menu} class="draw-tray draw-menu">
      <Item icon="people" label="People and layers" onClick={then(() => open("people"))} />
      <Item icon="play" label="Replay from the start" onClick={then(() => open("replay"))} />
      {isPlaying && room.isHost.value ? (
        <Item icon="close" label="End the game" onClick={then(() => guess.stop())} />
      ) : (
        <Item icon="note" label="Guess the word…" onClick={then(() => open("guess"))} />
      )}
      <Item icon="image" label="Save as PNG" onClick={then(() => void savePng(stage))} />
      <Item icon="arrow" label="Save as SVG" onClick={then(() => saveSvg(stage))} />
      <Item icon="fit" label="Show everything" onClick={then(() => stage.fit())} />
    </ul>
  );
}

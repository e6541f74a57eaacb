import { Icon, type IconName } from "./icons.tsx";
import type { Stage } from "./stage.ts";

interface ButtonProps {
  readonly icon: IconName;
  readonly label: string;
  readonly onClick: () => void;
  readonly disabled?: boolean;
  readonly pressed?: boolean;
}

export const IconButton = ({ icon, label, onClick, disabled = false, pressed }: ButtonProps) => (
  <button
    type="button"
    class="draw-tool"
    title={label}
    aria-label={label}
    disabled={disabled}
    onClick={onClick}
    {...(pressed !== undefined && { "aria-pressed": pressed })}
  >
    <Icon name={icon} />
  </button>
);

export function UndoButtons({ stage }: { readonly stage: Stage }) {
  const { session } = stage;
  session.version.value;
  const picture = session.picture.value;
  const { history } = session.board;
  return (
    <div class="draw-tray draw-undo">
      <IconButton
        icon="undo"
        label="Undo my last step (Ctrl+Z)"
        disabled={history.undo(picture) === undefined}
        onClick={() => session.undo()}
      />
      <IconButton
        icon="redo"
        label="Redo (Ctrl+Shift+Z)"
        disabled={history.redo(picture) === undefined}
        onClick={() => session.redo()}
      />
    </div>
  );
}

export const ZoomButtons = ({ stage }: { readonly stage: Stage }) => (
  <div class="draw-tray draw-zoom">
    <IconButton icon="minus" label="Zoom out (−)" onClick={() => stage.zoomBy(0.8)} />
    <button
      type="button"
      class="draw-percent"
      title="Zoom to 100% (0)"
      onClick={() => stage.zoomBy(1 / stage.camera.peek().zoom)}
    >
      {Math.round(stage.camera.value.zoom * 100)}%
    </button>
    <IconButton icon="plus" label="Zoom in (+)" onClick={() => stage.zoomBy(1.25)} />
    <IconButton icon="fit" label="Show everything (1)" onClick={() => stage.fit()} />
  </div>
);

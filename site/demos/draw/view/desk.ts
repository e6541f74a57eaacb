import { panned, zoomedAt } from "./camera.ts";
import type { PointerTarget } from "./pointers.ts";
import type { Stage } from "./stage.ts";
import { light } from "./theme.ts";
import { starts } from "./tools/index.ts";
import type { Desk } from "./tools/tool.ts";

/** What the tools can see and do on a stage. `stale`: everything has to be drawn again. */
export function createDesk(stage: Stage, stale: () => void): Desk {
  const { session } = stage;
  return {
    camera: () => stage.camera.peek(),
    style: () => stage.style.peek(),
    light: () => light.peek(),
    images: session.images.get,
    own: (box) => stage.scene.within(box).filter(({ player }) => player === session.room.myId),
    find: (id) => session.board.drawing.get(id),
    perform: (step) => session.perform(step),
    lift(ids) {
      stage.scene.lift(ids);
      stale();
    },
    live: (stroke) => session.showStroke(stroke),
    selection: stage.selection,
    write(target) {
      stage.writing.value = target;
    },
    redraw: () => stage.redraw(),
  };
}

/** What the pointers do to a stage. */
export function createPointerTarget(stage: Stage): PointerTarget {
  const { session } = stage;
  const isHand = () => stage.style.peek().tool === "hand" || stage.isSpaceHeld.peek() || !session.mayDraw.peek();
  return {
    camera: () => stage.camera.peek(),
    isHand,
    isFree: () => stage.isFree,
    begin(spot) {
      const { tool } = stage.style.peek();
      if (tool === "hand" || isHand() || stage.replay.peek()) return undefined;
      stage.isTouched = true;
      return starts[tool](stage.desk, spot);
    },
    pan: (dx, dy) => stage.moveTo(panned(stage.camera.peek(), dx, dy)),
    zoom: (x, y, factor) => stage.moveTo(zoomedAt(stage.camera.peek(), x, y, factor)),
    hover(place) {
      stage.hover = place;
    },
    ended() {
      session.cancelStroke();
      stage.redraw();
    },
  };
}

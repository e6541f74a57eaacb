import { centre } from "../map/outlines.ts";
import type { Camera } from "./camera.ts";
import type { Choice } from "./choice.ts";

/** How far beside a badge a finger may press, px. */
const REACH = 26;

const territoryOf = (target: EventTarget | null): number | undefined => {
  const at = target instanceof SVGElement ? target.dataset.at : undefined;
  return at === undefined ? undefined : Number(at);
};

/** The territory that a press means: the one under it if it can be chosen, else one that can be and whose badge is near. */
function meant(svg: SVGSVGElement, event: MouseEvent, legal: ReadonlySet<number>): number | undefined {
  const under = territoryOf(event.target);
  if (under !== undefined && legal.has(under)) return under;
  const matrix = svg.getScreenCTM();
  if (!matrix) return under;
  const near = [...legal]
    .map((at) => {
      const point = new DOMPoint(centre(at).x, centre(at).y).matrixTransform(matrix);
      return { at, distance: Math.hypot(point.x - event.clientX, point.y - event.clientY) };
    })
    .filter(({ distance }) => distance < REACH)
    .toSorted((a, b) => a.distance - b.distance);
  return near[0]?.at ?? under;
}

/** Connects pointers and the wheel with the map; returns what ends it. The keyboard uses the list of territories. */
export function listenToGestures(svg: SVGSVGElement, camera: Camera, choice: Choice): () => void {
  const abort = new AbortController();
  const { signal } = abort;
  svg.addEventListener("pointerdown", (event) => camera.press(event.pointerId, event.clientX, event.clientY), {
    signal,
  });
  svg.addEventListener("pointermove", (event) => camera.move(event.pointerId, event.clientX, event.clientY), {
    signal,
  });
  for (const end of ["pointerup", "pointercancel", "pointerleave"] as const) {
    svg.addEventListener(end, (event) => camera.release(event.pointerId), { signal });
  }
  svg.addEventListener(
    "pointerover",
    (event) => {
      if (event.pointerType === "mouse") choice.hover.value = territoryOf(event.target);
    },
    { signal },
  );
  svg.addEventListener(
    "pointerleave",
    () => {
      choice.hover.value = undefined;
    },
    { signal },
  );
  svg.addEventListener(
    "click",
    (event) => {
      if (camera.hasMoved) return;
      const at = meant(svg, event, choice.legal.peek());
      if (at !== undefined) choice.pick(at);
    },
    { signal },
  );
  svg.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      camera.zoomBy(Math.exp(-event.deltaY / 400));
    },
    { signal, passive: false },
  );
  return () => abort.abort();
}

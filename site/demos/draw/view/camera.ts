import type { Box } from "./ink.ts";

/** What part of the paper is on the screen: its top left corner, and CSS pixels per unit. */
export interface Camera {
  readonly x: number;
  readonly y: number;
  readonly zoom: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export const MIN_ZOOM = 0.1;
export const MAX_ZOOM = 8;
export const START: Camera = { x: 0, y: 0, zoom: 1 };

const clampZoom = (zoom: number): number => Math.min(MAX_ZOOM, Math.max(MIN_ZOOM, zoom));

export const toPaper = ({ x, y, zoom }: Camera, screenX: number, screenY: number): readonly [number, number] => [
  x + screenX / zoom,
  y + screenY / zoom,
];

export const toScreen = ({ x, y, zoom }: Camera, paperX: number, paperY: number): readonly [number, number] => [
  (paperX - x) * zoom,
  (paperY - y) * zoom,
];

export const panned = (camera: Camera, dx: number, dy: number): Camera => ({
  ...camera,
  x: camera.x - dx / camera.zoom,
  y: camera.y - dy / camera.zoom,
});

/** Zooms so that the point under the finger stays where it is. */
export function zoomedAt(camera: Camera, screenX: number, screenY: number, factor: number): Camera {
  const zoom = clampZoom(camera.zoom * factor);
  const [x, y] = toPaper(camera, screenX, screenY);
  return { x: x - screenX / zoom, y: y - screenY / zoom, zoom };
}

/** Shows the whole box with a margin. */
export function fitted(box: Box | undefined, { width, height }: Size, margin = 48, largest = 2): Camera {
  if (!box) return { x: -width / 2, y: -height / 2, zoom: 1 };
  const [boxWidth, boxHeight] = [Math.max(1, box.maxX - box.minX), Math.max(1, box.maxY - box.minY)];
  const zoom = clampZoom(
    Math.min(
      largest,
      Math.max(0.05, (width - 2 * margin) / boxWidth),
      Math.max(0.05, (height - 2 * margin) / boxHeight),
    ),
  );
  return {
    x: (box.minX + box.maxX) / 2 - width / zoom / 2,
    y: (box.minY + box.maxY) / 2 - height / zoom / 2,
    zoom,
  };
}

export const viewOf = ({ x, y, zoom }: Camera, { width, height }: Size): Box => ({
  minX: x,
  minY: y,
  maxX: x + width / zoom,
  maxY: y + height / zoom,
});

const isNear = (a: Camera, b: Camera, units: number, zoom: number): boolean =>
  Math.abs(a.x - b.x) < units && Math.abs(a.y - b.y) < units && Math.abs(a.zoom - b.zoom) < zoom;

/** The next camera on the way to what somebody else sees; undefined once it is there. */
export function glided(now: Camera, size: Size, theirs: Camera, theirSize: Size): Camera | undefined {
  const wanted = fitted(viewOf(theirs, theirSize), size, 0, MAX_ZOOM);
  if (isNear(wanted, now, 0.1, 0.001)) return undefined;
  if (isNear(wanted, now, 1, 0.005)) return wanted;
  const glide = (from: number, to: number) => from + (to - from) * 0.25;
  return { x: glide(now.x, wanted.x), y: glide(now.y, wanted.y), zoom: glide(now.zoom, wanted.zoom) };
}

import type { OpenBus } from "../../src/bus.ts";
import { decodeFrame, encodeFrame } from "../../src/cluster/frames.ts";

/** More than any kind of frame has. */
const ELEMENTS = 16;

/** A bus on which a node sends every frame as `change` makes it. */
const changed =
  (change: (frame: Uint8Array) => Uint8Array) =>
  (open: OpenBus): OpenBus =>
  (owner) => {
    const bus = open(owner);
    return {
      ...bus,
      send: (link, frame) => bus.send(link, change(frame)),
      announce: (frame) => bus.announce(change(frame)),
    };
  };

/** Frames of a version that this one does not understand. */
export const ofVersion = (version: number) =>
  changed((frame) => {
    const other = frame.slice();
    other[0] = version;
    return other;
  });

/** What a compatible next version may do: every frame has further elements. */
export const withFurtherElements = changed((bytes) => {
  const frame = decodeFrame(bytes);
  if (!("head" in frame)) throw new Error("this node sends what it cannot read");
  const head = Array.from({ length: ELEMENTS }, (_, index) => frame.head[index] ?? null);
  return encodeFrame({ ...frame, head: [...head, { later: true }] });
});

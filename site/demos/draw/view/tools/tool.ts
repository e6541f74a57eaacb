import type { Thing } from "../../rules/drawing.ts";
import type { Step } from "../../rules/operation.ts";
import type { Point } from "../../rules/points.ts";
import type { Shape } from "../../rules/shapes.ts";
import type { Camera } from "../camera.ts";
import type { Box } from "../ink.ts";
import type { Context, Images } from "../paint.ts";
import type { Light } from "../palette.ts";
import type { Style } from "../style.ts";

/** Where the pointer is: on the paper, and how hard it presses. */
export interface Spot {
  readonly x: number;
  readonly y: number;
  readonly pressure: number;
  /** Pens and some fingers have a pressure; a mouse has none. */
  readonly hasPressure: boolean;
  readonly isShift: boolean;
}

/** A stroke that is being drawn, with all its points so far. */
export interface LivePart {
  readonly kind: "pen" | "highlighter";
  readonly color: number;
  readonly width: number;
  readonly points: readonly Point[];
}

/** What a tool can see and do. */
export interface Desk {
  camera(): Camera;
  light(): Light;
  readonly images: Images;
  style(): Style;
  /** Own objects in the box, from bottom to top. */
  own(box: Box): readonly Thing[];
  find(id: string): Thing | undefined;
  perform(step: Step): string | undefined;
  /** Draws these objects elsewhere, or at their places again. */
  lift(ids: ReadonlySet<string>): void;
  /** Shows others a stroke that is being drawn. */
  live(stroke: LivePart): void;
  selection: { value: ReadonlySet<string> };
  /** Opens the editor for a text or note: a new one, or one that exists. */
  write(target: { readonly shape: Shape; readonly id?: string }): void;
  redraw(): void;
}

/** A tool between pressing the pointer and releasing it. */
export interface Gesture {
  /** All points since the last call. */
  move(spots: readonly Spot[]): void;
  release(): void;
  /** A second finger has turned it into a pinch: nothing has happened. */
  cancel(): void;
  /** Draws what is not on the paper yet; the context shows units of the paper. */
  draw?(context: Context): void;
}

export type Start = (desk: Desk, spot: Spot) => Gesture | undefined;

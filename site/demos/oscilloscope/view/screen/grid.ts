import { DIVISIONS } from "@achex/instruments";
import type { Plot } from "./plot.ts";

const LINE = "#2c3337";
const AXIS = "#4c565b";
const SUBDIVISIONS = 5;
/** Half the length of the ticks on the centre axes, CSS pixels. */
const TICK = 3;

/** Ten by eight divisions, dotted, with five subdivisions on the axes in the centre. */
export function drawGrid(context: CanvasRenderingContext2D, { left, top, width, height }: Plot): void {
  const xOf = (divisions: number) => Math.round(left + (width * divisions) / DIVISIONS.time) + 0.5;
  const yOf = (divisions: number) => Math.round(top + (height * divisions) / DIVISIONS.voltage) + 0.5;
  context.lineWidth = 1;
  context.strokeStyle = LINE;
  context.beginPath();
  for (let division = 0; division <= DIVISIONS.time; division++) {
    context.moveTo(xOf(division), top);
    context.lineTo(xOf(division), top + height);
  }
  for (let division = 0; division <= DIVISIONS.voltage; division++) {
    context.moveTo(left, yOf(division));
    context.lineTo(left + width, yOf(division));
  }
  context.stroke();
  context.strokeStyle = AXIS;
  const [middleX, middleY] = [xOf(DIVISIONS.time / 2), yOf(DIVISIONS.voltage / 2)];
  context.beginPath();
  context.moveTo(middleX, top);
  context.lineTo(middleX, top + height);
  context.moveTo(left, middleY);
  context.lineTo(left + width, middleY);
  for (let tick = 0; tick <= DIVISIONS.time * SUBDIVISIONS; tick++) {
    context.moveTo(xOf(tick / SUBDIVISIONS), middleY - TICK);
    context.lineTo(xOf(tick / SUBDIVISIONS), middleY + TICK);
  }
  for (let tick = 0; tick <= DIVISIONS.voltage * SUBDIVISIONS; tick++) {
    context.moveTo(middleX - TICK, yOf(tick / SUBDIVISIONS));
    context.lineTo(middleX + TICK, yOf(tick / SUBDIVISIONS));
  }
  context.stroke();
}

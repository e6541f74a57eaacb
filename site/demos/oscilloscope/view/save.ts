import { formatText } from "../../shared/instruments/format.ts";
import { csvOf } from "./csv.ts";
import { ROWS, textOf } from "./measured.ts";
import type { Scope } from "./scope.ts";
import { COLORS, channelColor } from "./screen/colors.ts";

function download(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // The browser has begun to read it by then.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** `gen-1 2026-11-27 01-02-03`, which every file system allows. */
const nameOf = (scope: Scope): string => {
  const time = new Date().toISOString().slice(0, 19).replace("T", " ").replaceAll(":", "-");
  return `${scope.source.id} ${time}`;
};

/** Saves what is on the screen. Returns false if there is nothing. */
export function saveCsv(scope: Scope): boolean {
  const { picture } = scope;
  if (!picture) return false;
  const text = csvOf(picture, scope.references.peek());
  download(new Blob([text], { type: "text/csv" }), `${nameOf(scope)}.csv`);
  return true;
}

const LINE = 22;
const PADDING = 12;

/** The screen with its status and the measurements, as a picture. */
export function pictureOf(scope: Scope, screen: HTMLCanvasElement): HTMLCanvasElement {
  const ratio = screen.width / Math.max(1, screen.clientWidth);
  const width = screen.clientWidth + 2 * PADDING;
  const perLine = Math.max(1, Math.floor((width - 60) / 150));
  const linesPerChannel = Math.ceil(ROWS.length / perLine);
  const height = screen.clientHeight + LINE * (3 + 2 * linesPerChannel) + 2 * PADDING;
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [Math.round(width * ratio), Math.round(height * ratio)];
  const context = canvas.getContext("2d");
  if (!context) return canvas;
  context.scale(ratio, ratio);
  context.fillStyle = COLORS.screen;
  context.fillRect(0, 0, width, height);
  context.font = '500 15px "Barlow Condensed", "Arial Narrow", sans-serif';
  context.textBaseline = "middle";
  const write = (text: string, x: number, line: number, color: string) => {
    context.fillStyle = color;
    context.fillText(text, x, line);
  };
  const { timebase, trigger, channels } = scope.axes();
  const { state, channels: measured } = scope.readout.peek();
  let line = PADDING + LINE / 2;
  const title = `${state}   ${formatText(timebase, "s", 3)}/div   trigger CH${trigger.source + 1} ${formatText(trigger.level, "V", 3)}`;
  write(title, PADDING, line, COLORS.trigger);
  context.textAlign = "right";
  write(`${scope.source.title.peek()} · ${nameOf(scope)}`, width - PADDING, line, COLORS.muted);
  context.textAlign = "left";
  context.drawImage(screen, PADDING, PADDING + LINE, screen.clientWidth, screen.clientHeight);
  line += LINE + screen.clientHeight + LINE / 2;
  for (const [channel, { range }] of channels.entries()) {
    write(`CH${channel + 1}  ${formatText(range, "V", 3)}/div`, PADDING + channel * 150, line, channelColor(channel));
  }
  for (const [channel, one] of measured.entries()) {
    for (const [at, row] of ROWS.entries()) {
      if (at % perLine === 0) line += LINE;
      const x = PADDING + 40 + (at % perLine) * 150;
      if (at === 0) write(`CH${channel + 1}`, PADDING, line, channelColor(channel));
      write(`${row.title} ${textOf(row, one)}`, x, line, COLORS.text);
    }
  }
  return canvas;
}

/** Saves the picture as a PNG. */
export function savePicture(scope: Scope, screen: HTMLCanvasElement): void {
  pictureOf(scope, screen).toBlob((blob) => blob && download(blob, `${nameOf(scope)}.png`), "image/png");
}

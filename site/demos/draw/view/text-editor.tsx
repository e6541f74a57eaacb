import { useEffect, useRef } from "preact/hooks";
import { NOTE_SIDE, TEXT_SIZES } from "../rules/shapes.ts";
import { toScreen } from "./camera.ts";
import { finishWriting, limitOf, textOf } from "./editor.ts";
import { NOTE_TEXT } from "./ink.ts";
import { noteColor, penColor } from "./palette.ts";
import type { Stage, Writing } from "./stage.ts";
import { light } from "./theme.ts";

interface Look {
  readonly left: number;
  readonly top: number;
  readonly size: number;
  readonly color: string;
  readonly background: string;
  readonly side: number | undefined;
}

/** Where the field is on the screen, so that the text does not move when it is finished. */
function lookOf(stage: Stage, { shape, id }: Writing): Look | undefined {
  if (shape.kind !== "text" && shape.kind !== "note") return undefined;
  const { x = 0, y = 0, scale = 1 } = (id !== undefined && stage.session.board.drawing.get(id)?.place) || {};
  const camera = stage.camera.value;
  const [left, top] = toScreen(camera, shape.x + x, shape.y + y);
  const zoom = camera.zoom * scale;
  if (shape.kind === "note") {
    const background = noteColor(shape.color, light.value);
    return { left, top, size: NOTE_TEXT * zoom, color: penColor(0, light.value), background, side: NOTE_SIDE * zoom };
  }
  const size = TEXT_SIZES[shape.size] * zoom;
  return { left, top, size, color: penColor(shape.color, light.value), background: "transparent", side: undefined };
}

function Field({ stage, writing, look }: { readonly stage: Stage; readonly writing: Writing; readonly look: Look }) {
  const field = useRef<HTMLTextAreaElement>(null);
  const isDone = useRef(false);
  useEffect(() => {
    field.current?.focus();
    field.current?.select();
  }, []);
  const finish = () => {
    if (isDone.current) return;
    isDone.current = true;
    finishWriting(stage, writing, field.current?.value ?? "");
  };
  const onKeyDown = (event: KeyboardEvent) => {
    event.stopPropagation();
    const isEnd = event.key === "Escape" || (event.key === "Enter" && (event.ctrlKey || event.metaKey));
    if (!isEnd) return;
    event.preventDefault();
    finish();
  };
  const { left, top, size, color, background, side } = look;
  const style = {
    left: `${left}px`,
    top: `${top}px`,
    fontSize: `${size}px`,
    color,
    background,
    ...(side !== undefined && { width: `${side}px`, height: `${side}px`, padding: `${side * 0.07}px` }),
  };
  const label = writing.shape.kind === "note" ? "Text of the note" : "Text";
  return (
    <textarea
      ref={field}
      class="draw-writing"
      style={style}
      aria-label={label}
      maxLength={limitOf(writing)}
      placeholder={writing.shape.kind === "note" ? "Write a note…" : "Write…"}
      onBlur={finish}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => event.stopPropagation()}
    >
      {textOf(writing)}
    </textarea>
  );
}

/** The field in which a text or note is written, at its place on the paper. */
export function TextEditor({ stage }: { readonly stage: Stage }) {
  const writing = stage.writing.value;
  const look = writing && lookOf(stage, writing);
  return writing && look ? <Field key={writing.id ?? "new"} stage={stage} writing={writing} look={look} /> : null;
}

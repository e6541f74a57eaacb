import { useSignal } from "@preact/signals";
import { Icon } from "./icons.tsx";
import { TOOL_KEYS } from "./keys.ts";
import { NOTES, noteColor, PENS, penColor } from "./palette.ts";
import { dropImages } from "./pictures-in.ts";
import { recolorSelection } from "./selection.ts";
import type { Stage } from "./stage.ts";
import { type Style, type ToolName, WIDTHS } from "./style.ts";
import { light } from "./theme.ts";

const LABELS: Readonly<Record<ToolName, string>> = {
  select: "Select",
  hand: "Move the paper",
  pen: "Pen",
  highlighter: "Highlighter",
  eraser: "Eraser",
  rectangle: "Rectangle",
  ellipse: "Ellipse",
  line: "Line",
  arrow: "Arrow",
  text: "Text",
  note: "Sticky note",
};
const SHAPES = ["rectangle", "ellipse", "line", "arrow"] as const;
const isShape = (tool: ToolName): tool is (typeof SHAPES)[number] => SHAPES.some((one) => one === tool);
const keyOf = (tool: ToolName): string => Object.entries(TOOL_KEYS).find(([, one]) => one === tool)?.[0] ?? "";
const SIZES = ["Fine", "Medium", "Thick", "Huge"];

function change(stage: Stage, patch: Partial<Style>): void {
  stage.style.value = { ...stage.style.peek(), ...patch };
}

function ToolButton({
  stage,
  tool,
  onChoose,
}: {
  readonly stage: Stage;
  readonly tool: ToolName;
  readonly onChoose?: () => void;
}) {
  const choose = () => {
    change(stage, { tool });
    onChoose?.();
  };
  const label = `${LABELS[tool]} (${keyOf(tool).toUpperCase()})`;
  return (
    <button
      type="button"
      class="draw-tool"
      title={label}
      aria-label={label}
      aria-pressed={stage.style.value.tool === tool}
      onClick={choose}
    >
      <Icon name={tool} />
    </button>
  );
}

/** One button for the four shapes; it opens them above. */
function ShapeTools({ stage }: { readonly stage: Stage }) {
  const isOpen = useSignal(false);
  const last = useSignal<(typeof SHAPES)[number]>("rectangle");
  const { tool } = stage.style.value;
  if (isShape(tool) && last.peek() !== tool) last.value = tool;
  const toggle = () => {
    isOpen.value = !(isOpen.value && isShape(tool));
    change(stage, { tool: last.peek() });
  };
  return (
    <div class="draw-group">
      <button
        type="button"
        class="draw-tool"
        title="Shapes"
        aria-label="Shapes"
        aria-expanded={isOpen.value}
        aria-pressed={isShape(tool)}
        onClick={toggle}
      >
        <Icon name={last.value} />
      </button>
      {isOpen.value && isShape(tool) && (
        <div class="draw-tray draw-shapes">
          {SHAPES.map((shape) => (
            <ToolButton key={shape} stage={stage} tool={shape} onChoose={() => (isOpen.value = false)} />
          ))}
        </div>
      )}
    </div>
  );
}

function ImageButton({ stage, onProblem }: { readonly stage: Stage; readonly onProblem: (problem: string) => void }) {
  const choose = (event: Event) => {
    const input = event.currentTarget as HTMLInputElement;
    const files = [...(input.files ?? [])];
    input.value = "";
    void dropImages(stage, files).then((problem) => problem && onProblem(problem));
  };
  return (
    <label class="draw-tool" title="Image: choose, drop or paste one">
      <Icon name="image" />
      <span class="visually-hidden">Add an image</span>
      <input class="visually-hidden" type="file" accept="image/*" multiple onChange={choose} />
    </label>
  );
}

interface SwatchProps {
  readonly label: string;
  readonly color: string;
  readonly isOn: boolean;
  readonly choose: () => void;
}

const Swatch = ({ label, color, isOn, choose }: SwatchProps) => (
  <button
    type="button"
    class="draw-swatch"
    title={label}
    aria-label={label}
    aria-pressed={isOn}
    style={{ background: color }}
    onClick={choose}
  />
);

/** Whether the colours are those of notes: a note is drawn next, or only notes are selected. */
function isForNotes(stage: Stage): boolean {
  const ids = [...stage.selection.value];
  if (ids.length === 0) return stage.style.value.tool === "note";
  return ids.every((id) => stage.desk.find(id)?.shape.kind === "note");
}

function Colors({ stage }: { readonly stage: Stage }) {
  const { color, noteColor: chosen } = stage.style.value;
  if (isForNotes(stage))
    return (
      <fieldset class="draw-colors" aria-label="Colour of the note">
        {NOTES.map(({ name }, index) => (
          <Swatch
            key={name}
            label={name}
            color={noteColor(index, light.value)}
            isOn={chosen === index}
            choose={() => {
              change(stage, { noteColor: index });
              recolorSelection(stage, index);
            }}
          />
        ))}
      </fieldset>
    );
  const choose = (index: number) => {
    change(stage, { color: index });
    recolorSelection(stage, index);
  };
  return (
    <fieldset class="draw-colors" aria-label="Colour">
      {PENS.map(({ name }, index) => (
        <Swatch
          key={name}
          label={name}
          color={penColor(index, light.value)}
          isOn={color === index}
          choose={() => choose(index)}
        />
      ))}
    </fieldset>
  );
}

function Sizes({ stage }: { readonly stage: Stage }) {
  const { tool, size } = stage.style.value;
  if (["note", "eraser", "hand", "select"].includes(tool)) return null;
  const shown = tool === "text" ? SIZES.slice(0, 3) : SIZES;
  return (
    <fieldset class="draw-sizes" aria-label="Size">
      {shown.map((label, index) => (
        <button
          key={label}
          type="button"
          class="draw-size"
          title={label}
          aria-label={label}
          aria-pressed={size === index}
          onClick={() => change(stage, { size: index })}
        >
          <span
            style={{ width: `${(WIDTHS[index] ?? 3) * 0.8 + 1}px`, height: `${(WIDTHS[index] ?? 3) * 0.8 + 1}px` }}
          />
        </button>
      ))}
    </fieldset>
  );
}

/** The tray with pens: colours and sizes above, tools below. */
export function Tray({ stage, onProblem }: { readonly stage: Stage; readonly onProblem: (problem: string) => void }) {
  const { tool } = stage.style.value;
  const hasColors = !["eraser", "hand"].includes(tool) || stage.selection.value.size > 0;
  const isGuessing = stage.session.picture.value !== undefined;
  const first: readonly ToolName[] = isGuessing
    ? ["pen", "highlighter", "eraser"]
    : ["select", "hand", "pen", "highlighter", "eraser"];
  return (
    <div class="draw-dock">
      {hasColors && (
        <div class="draw-tray draw-styles">
          <Colors stage={stage} />
          <Sizes stage={stage} />
        </div>
      )}
      <div class="draw-tray draw-tools" role="toolbar" aria-label="Drawing tools">
        {first.map((one) => (
          <ToolButton key={one} stage={stage} tool={one} />
        ))}
        <ShapeTools stage={stage} />
        {!isGuessing && (
          <>
            <ToolButton stage={stage} tool="text" />
            <ToolButton stage={stage} tool="note" />
            <ImageButton stage={stage} onProblem={onProblem} />
          </>
        )}
      </div>
    </div>
  );
}

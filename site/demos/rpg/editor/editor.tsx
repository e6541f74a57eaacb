import { computed, signal } from "@preact/signals";
import { render } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { type GameMap, heightOf, type Place, widthOf } from "../rules/game-map.ts";
import { MAPS } from "../rules/maps.ts";
import { parseMap } from "../rules/parse-map.ts";
import { edit, newMap, type Tool, toJson } from "./edit.ts";
import { MapField } from "./map-field.ts";
import { TOOLS } from "./tools.ts";

const UNDO = 200;
const map = signal<GameMap>(newMap("my-place", 40, 28));
const toolId = signal("ground -");
/** The text of a sign, and where an exit leads. */
const text = signal("A sign.");
const target = signal("village 27 20");
const message = signal("");
const past: GameMap[] = [];
const problem = computed(() => {
  const parsed = parseMap(map.value);
  return typeof parsed === "string" ? parsed : "";
});

function currentTool(): Tool {
  const tool = TOOLS.find(({ id }) => id === toolId.peek())?.tool ?? { kind: "erase" };
  if (tool.kind === "sign") return { ...tool, text: text.peek().slice(0, 200) || "A sign." };
  if (tool.kind !== "exit") return tool;
  const [to = "village", x = "27", y = "20"] = target.peek().trim().split(/\s+/);
  return { kind: "exit", map: to, x: Number(x) || 0, y: Number(y) || 0 };
}

function open(next: GameMap): void {
  past.push(map.peek());
  if (past.length > UNDO) past.shift();
  map.value = next;
}

async function load(file: File | undefined): Promise<void> {
  if (!file) return;
  let parsed: GameMap | string = "this is not JSON";
  try {
    parsed = parseMap(JSON.parse(await file.text()));
  } catch {
    // The message above says it.
  }
  if (typeof parsed === "string") message.value = `Cannot open ${file.name}: ${parsed}.`;
  else {
    open(parsed);
    message.value = `Opened ${file.name}.`;
  }
}

function save(): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([toJson(map.peek())], { type: "application/json" }));
  link.download = `${map.peek().id}.json`;
  link.click();
  URL.revokeObjectURL(link.href);
  message.value = `Saved ${link.download}.`;
}

/** One press of the tool, or the first of a stroke. */
function press(place: Place, isFirst: boolean): GameMap {
  if (isFirst) open(map.peek());
  return edit(map.peek(), currentTool(), place);
}

/** The canvas: drag to draw, scroll or use the arrow keys to move. */
function Field() {
  const ref = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const canvas = ref.current;
    const context = canvas?.getContext("2d");
    if (!canvas || !context) return undefined;
    const field = new MapField(canvas, context, map, press);
    return () => field.stop();
  }, []);
  return <canvas ref={ref} class="editor-field" tabIndex={0} aria-label="The map. Drag to draw; arrow keys move." />;
}

function Tools() {
  const groups = [...new Set(TOOLS.map(({ group }) => group))];
  return (
    <div class="editor-tools">
      <label>
        Draw{" "}
        <select value={toolId.value} onChange={({ currentTarget }) => (toolId.value = currentTarget.value)}>
          {groups.map((group) => (
            <optgroup key={group} label={group}>
              {TOOLS.filter((tool) => tool.group === group).map(({ id, label }) => (
                <option key={id} value={id}>
                  {label}
                </option>
              ))}
            </optgroup>
          ))}
        </select>
      </label>
      {toolId.value === "sign" && (
        <label>
          Text{" "}
          <input
            maxLength={200}
            value={text.value}
            onInput={({ currentTarget }) => (text.value = currentTarget.value)}
          />
        </label>
      )}
      {toolId.value === "exit" && (
        <label>
          Leads to{" "}
          <input
            maxLength={40}
            value={target.value}
            onInput={({ currentTarget }) => (target.value = currentTarget.value)}
          />
        </label>
      )}
      <Traits />
    </div>
  );
}

/** What a map is as a whole. */
function Traits() {
  return (
    <>
      <label>
        Light{" "}
        <select
          value={map.value.light}
          onChange={({ currentTarget: { value } }) =>
            open({ ...map.peek(), light: value === "dark" ? "dark" : value === "room" ? "room" : "sky" })
          }
        >
          <option value="sky">Sky</option>
          <option value="room">Room</option>
          <option value="dark">Dark</option>
        </select>
      </label>
      <label>
        Name{" "}
        <input
          maxLength={40}
          value={map.value.name}
          onInput={({ currentTarget: { value } }) => (map.value = { ...map.peek(), name: value || "A place" })}
        />
      </label>
    </>
  );
}

function Files() {
  return (
    <div class="editor-tools">
      <label>
        Start from{" "}
        <select
          value=""
          onChange={({ currentTarget }) => {
            const found = MAPS.get(currentTarget.value);
            open(found ?? newMap("my-place", 40, 28));
            currentTarget.value = "";
          }}
        >
          <option value="">Choose…</option>
          <option value="new">An empty meadow</option>
          {[...MAPS.values()].map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <button
        type="button"
        onClick={() => {
          const before = past.pop();
          if (before) map.value = before;
        }}
      >
        Undo
      </button>
      <button type="button" class="button primary" onClick={save}>
        Save as JSON
      </button>
      <label class="editor-open">
        Open JSON{" "}
        <input
          type="file"
          accept=".json,application/json"
          onChange={({ currentTarget }) => {
            void load(currentTarget.files?.[0]);
            currentTarget.value = "";
          }}
        />
      </label>
    </div>
  );
}

function Editor() {
  return (
    <>
      <Tools />
      <Files />
      <Field />
      <p role="status" aria-live="polite">
        {problem.value
          ? `Not valid yet: ${problem.value}.`
          : message.value || `${widthOf(map.value)} × ${heightOf(map.value)} tiles.`}
      </p>
    </>
  );
}

const place = document.querySelector("#editor");
if (place) render(<Editor />, place);

import { useEffect, useMemo, useRef } from "preact/hooks";
import type { Stream } from "../app.ts";
import { GeneratorSource } from "../sources/generator.ts";
import { Chart } from "./chart.ts";
import { ChartState } from "./chart-state.ts";
import { GeneratorPanel } from "./generator-panel.tsx";
import { keepAwake } from "./keep-awake.ts";
import { StatusLine } from "./status-line.tsx";
import { Toolbar } from "./toolbar.tsx";
import { Values } from "./values.tsx";

/** Figures change so often, ms. */
const MEASURE = 250;

/** The theme as a text that changes with it. */
function useTheme(state: ChartState): void {
  useEffect(() => {
    const night = matchMedia("(prefers-color-scheme: dark)");
    const read = () => state.setTheme(`${document.documentElement.dataset.theme ?? ""} ${night.matches}`);
    const watcher = new MutationObserver(read);
    watcher.observe(document.documentElement, { attributeFilter: ["data-theme"] });
    night.addEventListener("change", read);
    read();
    return () => {
      watcher.disconnect();
      night.removeEventListener("change", read);
    };
  }, [state]);
}

/** What the keys do while nothing that takes text has the focus. */
const KEYS: Readonly<Record<string, (state: ChartState) => void>> = {
  " ": (state) => (state.frozen.peek() ? state.live() : state.pause()),
  l: (state) => state.live(),
  "+": (state) => state.zoom(0.5),
  "=": (state) => state.zoom(0.5),
  "-": (state) => state.zoom(2),
  ArrowLeft: (state) => state.move(-0.25),
  ArrowRight: (state) => state.move(0.25),
};

function useKeys(state: ChartState): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const { target, key, ctrlKey, metaKey, altKey } = event;
      if (ctrlKey || metaKey || altKey) return;
      if (target instanceof HTMLElement && target.matches("input, textarea, select, button, a, dialog *")) return;
      const act = KEYS[key.length === 1 ? key.toLowerCase() : key];
      if (!act) return;
      event.preventDefault();
      act(state);
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [state]);
}

function Paper({ stream, state, chart }: PartsProps & { readonly chart: { current: Chart | undefined } }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const now = () => stream.connection.now();
    const drawn = new Chart(element, stream.model, state, now);
    chart.current = drawn;
    const timer = setInterval(() => {
      stream.model.measure(now());
      const { work, interval } = drawn.figures;
      element.dataset.work = work.toFixed(2);
      element.dataset.interval = interval.toFixed(2);
      const { latency, worst } = stream.model.figures.peek();
      element.dataset.latency = `${latency?.toFixed(1)} ${worst?.toFixed(1)}`;
    }, MEASURE);
    // The wheel zooms; a page as high as the window has nothing to scroll.
    const onWheel = (event: WheelEvent) => {
      event.preventDefault();
      const { left, width } = element.getBoundingClientRect();
      state.zoom(event.deltaY > 0 ? 1.25 : 0.8, Math.max(0, Math.min(1, (event.clientX - left) / width)));
    };
    element.addEventListener("wheel", onWheel, { passive: false });
    return () => {
      clearInterval(timer);
      element.removeEventListener("wheel", onWheel);
      drawn.stop();
    };
  }, [stream, state, chart]);
  const names = stream.model.names.value;
  return (
    <div
      class="stream-paper"
      ref={box}
      role="img"
      aria-label={names.length === 0 ? "An empty chart" : `A chart of ${names.join(", ")}`}
    />
  );
}

export interface PartsProps {
  readonly stream: Stream;
  readonly state: ChartState;
}

/** A stream: values, chart, controls, and how well it arrives. */
export function Recorder({ stream }: { readonly stream: Stream }) {
  const state = useMemo(() => new ChartState(), []);
  const chart = useRef<Chart | undefined>(undefined);
  useTheme(state);
  useKeys(state);
  useEffect(() => keepAwake(), []);
  const about = stream.model.about.value;
  const source = stream.kind === "publishing" ? stream.source : undefined;
  return (
    <main class="stream" id="main" tabindex={-1}>
      <h1 class="stream-title">{about.title || `Stream ${stream.code}`}</h1>
      <Toolbar stream={stream} state={state} chart={chart} />
      <Values stream={stream} state={state} />
      <Paper stream={stream} state={state} chart={chart} />
      {source instanceof GeneratorSource ? <GeneratorPanel source={source} /> : null}
      <StatusLine stream={stream} state={state} />
    </main>
  );
}

import { effect } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import { formatText } from "../../../shared/instruments/format.ts";
import { summaryOf } from "../measured.ts";
import type { Scope } from "../scope.ts";
import { Painter } from "./painter.ts";
import { usePointers } from "./pointers.ts";
import { StatusLine } from "./status-line.tsx";

/** Runs a painter on the canvas as long as the page shows it. */
function usePainter(scope: Scope) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [painter, setPainter] = useState<Painter | undefined>(undefined);
  useEffect(() => {
    const { current } = canvas;
    if (!current) return;
    const made = new Painter(current, scope);
    setPainter(made);
    const resized = new ResizeObserver(() => made.resize(current.clientWidth, current.clientHeight));
    resized.observe(current);
    const fontsReady = () => made.invalidate();
    void document.fonts.ready.then(fontsReady);
    let request = requestAnimationFrame(function frame(now) {
      request = requestAnimationFrame(frame);
      made.frame(now);
    });
    const hidden = () => {
      scope.intake.isDrawing = !document.hidden;
    };
    document.addEventListener("visibilitychange", hidden);
    const stop = effect(() => {
      // What is on the screen depends on all of these.
      scope.options.value;
      scope.source.settings.value;
      scope.references.value;
      scope.refresh();
      made.clearAfterglow();
    });
    return () => {
      cancelAnimationFrame(request);
      resized.disconnect();
      document.removeEventListener("visibilitychange", hidden);
      stop();
    };
  }, [scope]);
  return { canvas, painter };
}

/** Figures of the drawing for tests and measurements, ms. */
const figures = (painter: Painter | undefined) => ({
  "data-pictures": painter?.work.count,
  "data-work": painter?.work.percentile(0.95).toFixed(2),
  "data-delay": painter?.delay.percentile(0.5).toFixed(1),
  "data-longest-delay": painter?.delay.percentile(0.99).toFixed(1),
});

/** The screen with its status line. For screen readers it is a picture that its label describes. */
export function Screen({ scope }: { readonly scope: Scope }) {
  const { canvas, painter } = usePainter(scope);
  const pointers = usePointers(scope, painter);
  const readout = scope.readout.value;
  const { dt = 0, channels: [first] = [] } = scope.picture?.waveform ?? {};
  return (
    <div class="scope-screen">
      <StatusLine scope={scope} />
      <canvas
        ref={canvas}
        class="scope-canvas"
        role="img"
        aria-label={`Screen. ${summaryOf(scope)}`}
        data-state={readout.state}
        {...figures(painter)}
        data-n={scope.picture?.waveform.n ?? -1}
        {...pointers}
      />
      <p class="scope-sampling inst-value">
        {first ? `${first.length} points, ${formatText(1 / dt, "Hz", 3).replace("Hz", "S")}/s` : "No waveform yet"}
      </p>
    </div>
  );
}

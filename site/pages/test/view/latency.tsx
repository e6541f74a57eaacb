import { useEffect, useRef, useState } from "preact/hooks";
import { type Samples, summaryOf } from "../model/samples.ts";
import type { Client } from "../state/client.ts";
import type { Plot } from "./plot.ts";

const EVERY = 1_000;

/** Milliseconds over time; the library that draws it is only set to work when there is something to draw. */
function PlotView({ samples }: { readonly samples: Samples }) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<Plot | undefined>(undefined);
  const latest = useRef(samples);
  latest.current = samples;
  useEffect(() => {
    let gone = false;
    void import("./plot.ts").then(({ createPlot }) => {
      if (gone || !box.current) return;
      plot.current = createPlot(box.current);
      plot.current.show(latest.current);
    });
    return () => {
      gone = true;
      plot.current?.remove();
      plot.current = undefined;
    };
  }, []);
  useEffect(() => plot.current?.show(samples), [samples]);
  return <div class="plot" ref={box} aria-hidden="true" />;
}

/** Asks for the latency, once or every second, and draws what comes back. */
export function Latency({ client }: { readonly client: Client }) {
  const [repeating, setRepeating] = useState(false);
  const open = client.phase.value === "open";
  const samples = client.samples.value;
  const summary = summaryOf(samples);
  const active = open && repeating;
  useEffect(() => {
    if (!active) return undefined;
    client.send("ping");
    const timer = setInterval(() => client.send("ping"), EVERY);
    return () => clearInterval(timer);
  }, [active, client]);
  return (
    <section class="latency stack tight" aria-label={`Latency of client ${client.id}`}>
      <div class="cluster apart">
        <p>
          {summary ? (
            <>
              Latency <strong>{summary.last} ms</strong>
              <span class="muted">{`, median ${summary.median}, most ${summary.most} of ${samples.times.length}`}</span>
            </>
          ) : (
            <span class="muted">Latency: the server pings this page when asked.</span>
          )}
        </p>
        <div class="cluster">
          <button type="button" class="button small" disabled={!open} onClick={() => client.send("ping")}>
            Ping
          </button>
          <button
            type="button"
            class="button small"
            disabled={!open}
            aria-pressed={active}
            onClick={() => setRepeating(!repeating)}
          >
            Every second
          </button>
        </div>
      </div>
      {samples.times.length > 1 ? <PlotView samples={samples} /> : null}
    </section>
  );
}

import { useEffect, useRef, useState } from "preact/hooks";
import { type Samples, type Summary, summarize } from "../model/latency-samples.ts";
import type { Client } from "../state/client.ts";
import type { Plot } from "./latency-plot.ts";

const EVERY = 1_000;
const TIME = '{"$time":true}';

/** Latency over time. The plot library is initialized only when there is something to plot. */
function PlotView({ samples }: { readonly samples: Samples }) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<Plot | undefined>(undefined);
  const latest = useRef(samples);
  latest.current = samples;
  useEffect(() => {
    let gone = false;
    void import("./latency-plot.ts").then(({ createPlot }) => {
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

const summaryText = ({ median, max, count }: Summary): string =>
  `median ${median}, max ${max}, ${count} ${count === 1 ? "sample" : "samples"}`;

/** Latest value, median and maximum of each measurement. */
function Figures({ samples }: { readonly samples: Samples }) {
  const server = summarize(samples, "server");
  const roundTrip = summarize(samples, "roundTrip");
  if (!server && !roundTrip) return <p class="muted">Not measured yet.</p>;
  return (
    <dl class="figures">
      {server ? (
        <div>
          <dt class="by-server">Server ping</dt>
          <dd>
            <strong>{server.last} ms</strong> <span class="muted">{summaryText(server)}</span>
          </dd>
        </div>
      ) : null}
      {roundTrip ? (
        <div>
          <dt class="by-page">Round trip</dt>
          <dd>
            <strong>{roundTrip.last} ms</strong> <span class="muted">{summaryText(roundTrip)}</span>
          </dd>
        </div>
      ) : null}
    </dl>
  );
}

/** Explains the measurements, and what a page cannot show. */
function Meaning() {
  return (
    <details class="muted small">
      <summary>How latency is measured</summary>
      <p>
        In reply to <code>ping</code> the server sends a WebSocket ping to this page and returns the time until the
        pong: the <em>server ping</em>. The page also measures the <em>round trip</em>, from request to reply. Browsers
        answer WebSocket pings themselves and hide them from pages, so they are not in the log. In achex.2,{" "}
        <code>{TIME}</code> returns the server's clock; clients use it as a heartbeat after 15 s of silence. This page
        sends nothing on its own, apart from the login after Connect.
      </p>
    </details>
  );
}

/** Measures the latency once or every second and plots it. */
export function Latency({ client }: { readonly client: Client }) {
  const [repeating, setRepeating] = useState(false);
  const open = client.phase.value === "open";
  const own = client.session.value.dialect === "achex.2";
  const samples = client.samples.value;
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
        <h2>Latency</h2>
        <div class="cluster close">
          <button type="button" class="button small" disabled={!open} onClick={() => client.send("ping")}>
            Ping
          </button>
          {own ? (
            <button type="button" class="button small" disabled={!open} onClick={() => client.send(TIME)}>
              Time
            </button>
          ) : null}
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
      <Figures samples={samples} />
      {samples.length > 1 ? <PlotView samples={samples} /> : null}
      <Meaning />
    </section>
  );
}

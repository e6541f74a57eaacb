import { useEffect, useState } from "preact/hooks";
import type { FrameLog, LoggedFrame } from "../connection/frame-log.ts";
import type { GameConnection } from "../connection/game-connection.ts";

/** How often the list is drawn while frames arrive, ms. */
const REFRESH = 250;
/** How long "Drop the connection" drops it, ms. */
const OUTAGE = 5_000;

/** Characters of a frame in the list; the whole of it is in its title. */
const SHOWN = 300;

/** The frames of the log, a few times per second: a game may send hundreds. */
function useFrames(log: FrameLog): readonly LoggedFrame[] {
  const [frames, setFrames] = useState<readonly LoggedFrame[]>([]);
  useEffect(() => {
    const show = () => setFrames([...log.frames].reverse());
    show();
    const timer = setInterval(show, REFRESH);
    return () => clearInterval(timer);
  }, [log]);
  return frames;
}

const timeOf = (time: number) => new Date(time).toISOString().slice(17, 23);

function Frames({ log }: { readonly log: FrameLog }) {
  const frames = useFrames(log);
  const [onlyRejected, setOnlyRejected] = useState(false);
  const shown = onlyRejected ? frames.filter(({ rejected }) => rejected !== undefined) : frames;
  return (
    <>
      <div class="cluster">
        <button type="button" class="button small" aria-pressed={log.isPaused} onClick={() => log.pause(!log.isPaused)}>
          {log.isPaused ? "Continue" : "Pause"}
        </button>
        <label class="check small">
          <input
            type="checkbox"
            checked={onlyRejected}
            onChange={({ currentTarget }) => setOnlyRejected(currentTarget.checked)}
          />
          {`Rejected (${log.rejections.value})`}
        </label>
      </div>
      {/* cspell:ignore noninteractive */}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it. */}
      <ol class="log frames" tabIndex={0} aria-label="Frames, newest first">
        {shown.length === 0 ? <li class="event">No frames.</li> : null}
        {shown.map(({ number, direction, time, text, rejected }) => (
          <li key={number} class={rejected === undefined ? direction : "bad"}>
            <time>{timeOf(time)}</time>
            <code title={text}>
              {text.slice(0, SHOWN)}
              {rejected === undefined ? null : <span class="bad">{` rejected: ${rejected}`}</span>}
            </code>
          </li>
        ))}
      </ol>
    </>
  );
}

interface SliderProps {
  readonly label: string;
  readonly unit: string;
  readonly most: number;
  readonly step: number;
  readonly value: number;
  readonly change: (value: number) => void;
}

function Slider({ label, unit, most, step, value, change }: SliderProps) {
  return (
    <label class="slider">
      <span>{label}</span>
      <input
        type="range"
        min={0}
        max={most}
        step={step}
        value={value}
        aria-valuetext={`${value} ${unit}`}
        onInput={({ currentTarget }) => change(Number(currentTarget.value))}
      />
      <output>{`${value} ${unit}`}</output>
    </label>
  );
}

function BadNetwork({ connection }: { readonly connection: GameConnection }) {
  const { network } = connection;
  const [{ latency, jitter, drops }, setShown] = useState(network.conditions);
  const change = (conditions: Parameters<typeof network.change>[0]) => {
    network.change(conditions);
    setShown(network.conditions);
  };
  return (
    <fieldset class="stack tight">
      <legend>Simulate a bad network</legend>
      <Slider label="Latency" unit="ms" most={400} step={10} value={latency} change={(ms) => change({ latency: ms })} />
      <Slider label="Jitter" unit="ms" most={200} step={10} value={jitter} change={(ms) => change({ jitter: ms })} />
      <Slider
        label="Drops"
        unit="per minute"
        most={12}
        step={1}
        value={drops}
        change={(count) => change({ drops: count })}
      />
      <p class="muted small">Latency and jitter apply to each direction of this page only.</p>
      <button type="button" class="button small" onClick={() => connection.drop(OUTAGE)}>
        Drop the connection for 5 s
      </button>
    </fieldset>
  );
}

const sizeOf = (bytes: number): string =>
  bytes < 1_000
    ? `${bytes} B`
    : bytes < 1_000_000
      ? `${(bytes / 1_000).toFixed(1)} kB`
      : `${(bytes / 1_000_000).toFixed(1)} MB`;

export function TrafficFigures({ connection }: { readonly connection: GameConnection }) {
  const { up, down, framesUp, framesDown, total } = connection.traffic.value;
  const latency = connection.latency.value;
  return (
    <dl class="facts traffic">
      <dt>Sent</dt>
      <dd>{`${sizeOf(up)}/s, ${framesUp} frames/s`}</dd>
      <dt>Received</dt>
      <dd>{`${sizeOf(down)}/s, ${framesDown} frames/s`}</dd>
      <dt>In all</dt>
      <dd>{sizeOf(total)}</dd>
      <dt>Round trip</dt>
      <dd>{latency === undefined ? "not measured yet" : `${Math.round(latency)} ms`}</dd>
    </dl>
  );
}

/** How often the round trip is measured while the panel shows it, ms. */
const MEASURE = 2_000;

/** What the game really sends, and a network as bad as one likes. */
export function FramePanel({
  connection,
  onClose,
}: {
  readonly connection: GameConnection;
  readonly onClose: () => void;
}) {
  useEffect(() => {
    const timer = setInterval(() => {
      if (connection.state.peek() === "ready") connection.client.latency().catch(() => {});
    }, MEASURE);
    return () => clearInterval(timer);
  }, [connection]);
  return (
    <aside class="frame-panel stack" aria-label="Frames and network">
      <div class="cluster apart">
        <h2>Frames</h2>
        <button type="button" class="button small" onClick={onClose}>
          Close
        </button>
      </div>
      <TrafficFigures connection={connection} />
      <BadNetwork connection={connection} />
      <Frames log={connection.log} />
    </aside>
  );
}

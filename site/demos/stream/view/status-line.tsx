import type { Stream } from "../app.ts";
import type { Watching } from "../net/watching.ts";
import { clockText, latencyText, rateText, shownText } from "./format.ts";
import type { PartsProps } from "./recorder.tsx";

/** Without rows for so long, a stream is silent, ms. */
const SILENT = 2_000;

/** A delay that people notice, ms. */
const LATE = 1_000;
/** Points are missing if there are so many for each that is shown. */
const FEWER = 1.05;

interface State {
  readonly text: string;
  readonly mood: "good" | "warn" | "bad";
}

function watchedState({ model, isPublished, connection }: Watching): State {
  if (connection.state.value !== "ready") return { text: "Disconnected", mood: "bad" };
  // Reading the figures makes this follow them.
  const { rate } = model.figures.value;
  const silence = connection.now() - model.arrived;
  if (rate > 0 && silence < SILENT) return { text: "Receiving", mood: "good" };
  if (!Number.isFinite(silence))
    return isPublished.value
      ? { text: "Waiting for the first row", mood: "warn" }
      : { text: "Waiting for a publisher", mood: "warn" };
  return { text: isPublished.value ? "No new rows" : "The publisher has left", mood: "warn" };
}

function stateOf(stream: Stream): State {
  if (stream.kind === "watching") return watchedState(stream);
  if (stream.connection.state.value !== "ready") return { text: "Disconnected", mood: "bad" };
  if (stream.state.value === "taken") return { text: "Somebody else publishes under this code", mood: "bad" };
  return { text: "Publishing", mood: "good" };
}

function Audience({ stream }: { readonly stream: Stream }) {
  if (stream.kind === "watching") {
    if (stream.level.value === "full") return null;
    return (
      <span class="badge warn">
        {stream.mode.value === "thin" ? "Fewer points, as chosen" : "Fewer points: too slow for all"}
      </span>
    );
  }
  const { all, thin } = stream.watchers.value;
  return <span>{`${all} watching${thin === 0 ? "" : `, ${thin} with fewer points`}`}</span>;
}

/** How well the stream arrives, always visible. */
export function StatusLine({ stream, state }: PartsProps) {
  const { text, mood } = stateOf(stream);
  const { rate, latency, oneOf } = stream.model.figures.value;
  const notice = stream.model.notice.value;
  return (
    <div class="stream-status">
      <span class={`badge ${mood}`} role="status">
        {text}
      </span>
      {state.frozen.value ? <span class="badge">Chart is not live</span> : null}
      {state.pointed.value ? <span class="badge">{`Values at ${clockText(state.pointed.value.time, 1)}`}</span> : null}
      <span>{rateText(rate)}</span>
      {stream.kind === "watching" ? (
        <span class={(latency ?? 0) > LATE ? "badge warn" : ""}>{latencyText(latency)}</span>
      ) : null}
      <span class={oneOf < FEWER ? "" : "badge warn"}>{shownText(oneOf)}</span>
      <Audience stream={stream} />
      {notice === "" ? null : <span class="muted">{notice}</span>}
    </div>
  );
}

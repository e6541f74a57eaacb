import type { Stream } from "../app.ts";
import type { Watching } from "../net/watching.ts";
import { latencyText, rateText, shownText } from "./format.ts";
import { LEVEL_TEXTS } from "./level-texts.ts";
import type { PartsProps } from "./recorder.tsx";

/** Without rows for so long, a stream is silent, ms. */
const SILENT = 2_000;

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
    const level = stream.level.value;
    return level === "full" ? null : <span class="badge warn">{LEVEL_TEXTS[level]}</span>;
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
      <span>{rateText(rate)}</span>
      {stream.kind === "watching" ? <span>{latencyText(latency)}</span> : null}
      <span>{shownText(oneOf)}</span>
      <Audience stream={stream} />
      {notice === "" ? null : <span class="muted">{notice}</span>}
    </div>
  );
}

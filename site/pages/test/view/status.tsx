import { printable } from "@achex/server/printable";
import { timeText } from "../model/format.ts";
import type { Client } from "../state/client.ts";

const words = {
  idle: "not connected",
  away: "away",
  connecting: "connecting",
  open: "connected",
  closing: "closing",
} as const;
const tones = { idle: "", away: "warn", connecting: "warn", open: "good", closing: "warn" } as const;

const short = (text: string): string => (text.length > 80 ? `${text.slice(0, 80)}…` : text);

/** Connection state, server and name. */
export function Status({ client }: { readonly client: Client }) {
  const phase = client.phase.value;
  const until = client.resume.awayUntil.value;
  const state = phase === "idle" && until !== undefined ? "away" : phase;
  const { sid, name, dialect } = client.session.value;
  const endpoint = client.endpoint.value;
  const url = "problem" in endpoint ? "" : endpoint.url;
  return (
    <p class="cluster status" role="status">
      <span class={`badge ${tones[state]}`}>{words[state]}</span>
      {(state === "open" || state === "away") && name !== undefined ? (
        <span class="whom">
          as <bdi>{printable(short(name))}</bdi>
        </span>
      ) : null}
      {(state === "open" || state === "away") && sid !== undefined ? <span>session {sid}</span> : null}
      {state === "open" ? <span>{dialect}</span> : null}
      {state === "open" && client.resume.resumable.value ? <span>resumable</span> : null}
      {state === "away" && until !== undefined ? (
        <span>The server holds messages for it until {timeText(until).slice(0, -4)}. Resume it before then.</span>
      ) : null}
      {state === "idle" || state === "away" ? null : <bdi>{printable(short(url))}</bdi>}
    </p>
  );
}

/** Errors and warnings. */
export function Warnings({ client }: { readonly client: Client }) {
  const endpoint = client.endpoint.value;
  const warning = "problem" in endpoint ? endpoint.problem : endpoint.warning;
  const { problem } = client;
  return (
    <>
      {problem.value === undefined ? null : (
        <p class="note bad" role="alert">
          {printable(problem.value)}
        </p>
      )}
      {warning === undefined || client.phase.value !== "idle" ? null : <p class="note warn">{warning}</p>}
    </>
  );
}

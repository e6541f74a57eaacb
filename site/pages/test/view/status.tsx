import { printable } from "@achex/server/printable";
import type { Client } from "../state/client.ts";

const words = { idle: "not connected", connecting: "connecting", open: "connected", closing: "closing" } as const;
const tones = { idle: "", connecting: "warn", open: "good", closing: "warn" } as const;

const short = (text: string): string => (text.length > 80 ? `${text.slice(0, 80)}…` : text);

/** Connection state, server and name. */
export function Status({ client }: { readonly client: Client }) {
  const state = client.phase.value;
  const { sid, name, dialect } = client.session.value;
  const endpoint = client.endpoint.value;
  const url = "problem" in endpoint ? "" : endpoint.url;
  return (
    <p class="cluster status" role="status">
      <span class={`badge ${tones[state]}`}>{words[state]}</span>
      {state === "open" && name !== undefined ? (
        <span class="whom">
          as <bdi>{printable(short(name))}</bdi>
        </span>
      ) : null}
      {state === "open" && sid !== undefined ? <span>session {sid}</span> : null}
      {state === "open" ? <span>{dialect}</span> : null}
      {state === "idle" ? null : <bdi>{printable(short(url))}</bdi>}
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

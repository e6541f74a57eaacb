import { Fault } from "@achex/client";
import { isKind, KINDS, startInstrument } from "@achex/instruments";

/** What the worker answers: nothing, or why it failed. */
export interface FromSimulators {
  readonly code?: string;
  readonly message?: string;
}

/** Pages that simulate at the same time have different ids. */
const SEEDS = 10_000;

async function start(url: string): Promise<void> {
  const seed = Math.floor(Math.random() * SEEDS);
  for (const kind of Object.keys(KINDS).filter(isKind)) {
    const id = `${KINDS[kind].prefix}-${seed}`;
    await startInstrument(kind, { id, seed }, { url });
  }
}

addEventListener("message", ({ data }: MessageEvent<unknown>) => {
  start(String(data)).then(
    () => postMessage({} satisfies FromSimulators),
    (error: unknown) => {
      const { code, message } = error instanceof Fault ? error : { code: "failed", message: String(error) };
      postMessage({ code, message } satisfies FromSimulators);
    },
  );
});

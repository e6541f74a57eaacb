import { Fault } from "@achex/client";
import { isKind, KINDS, startInstrument } from "@achex/instruments";

/** What the worker answers: nothing, or why it failed. */
export interface FromSimulators {
  readonly code?: string;
  readonly message?: string;
}

/** What the page asks for. */
export interface ToSimulators {
  /** Address of the relay. */
  readonly url: string;
  readonly seed: number;
  /** End of their ids. */
  readonly suffix: string;
}

async function start({ url, seed, suffix }: ToSimulators): Promise<void> {
  for (const kind of Object.keys(KINDS).filter(isKind)) {
    const id = KINDS[kind].prefix + suffix;
    await startInstrument(kind, { id, seed }, { url });
  }
}

addEventListener("message", ({ data }: MessageEvent<ToSimulators>) => {
  start(data).then(
    () => postMessage({} satisfies FromSimulators),
    (error: unknown) => {
      const { code, message } = error instanceof Fault ? error : { code: "failed", message: String(error) };
      postMessage({ code, message } satisfies FromSimulators);
    },
  );
});

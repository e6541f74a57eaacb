import type { KeepFile } from "./database.ts";
import type { FromWriter, ToWriter } from "./writer-messages.ts";

/** What writes kept messages, as the main thread knows it. Messages to it are handled in their order, each later than the call. */
export interface RunningWriter {
  post(message: ToWriter): void;
  terminate(): void;
}

export interface WriterOwner {
  heard(message: FromWriter): void;
  /** It does not run any more. */
  broke(reason: string): void;
}

export type StartWriter = (file: KeepFile, owner: WriterOwner) => RunningWriter;

/** Starts the writer in a thread of its own. */
export const startWriterThread: StartWriter = ({ folder, sync }, owner) => {
  const worker = new Worker(new URL("./writer-thread.ts", import.meta.url).href);
  worker.onmessage = ({ data }: MessageEvent<FromWriter>) => owner.heard(data);
  worker.onerror = ({ message }) => owner.broke(message);
  const file: KeepFile = { folder, sync };
  worker.postMessage(file);
  return { post: (message) => worker.postMessage(message), terminate: () => worker.terminate() };
};

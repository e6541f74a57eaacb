import { Database } from "bun:sqlite";
import { failureText } from "../log/log-text.ts";

declare const self: Worker;

/** What to copy, and where to. */
export interface CopyRequest {
  readonly database: string;
  /** An empty file. */
  readonly to: string;
}

/** undefined when the copy is complete, else why there is none. */
export type CopyOutcome = string | undefined;

/** The entry of the thread that copies the database of kept messages as it is in one moment. Others may read and write it meanwhile. */
self.onmessage = ({ data: { database, to } }: MessageEvent<CopyRequest>) => {
  let outcome: CopyOutcome;
  try {
    using source = new Database(database, { readwrite: true, create: false });
    source.run("pragma busy_timeout = 5000");
    source.query("vacuum into ?").run(to);
  } catch (error) {
    outcome = failureText(error);
  }
  self.postMessage(outcome);
};

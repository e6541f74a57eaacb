import type { KeepFile } from "./database.ts";
import { Writer } from "./writer.ts";
import type { FromWriter, ToWriter } from "./writer-messages.ts";

declare const self: Worker;

/** The entry of the thread that writes. Its first message says which file, all later ones are for the writer. */
const tell = (message: FromWriter): void => self.postMessage(message);

self.onmessage = ({ data: file }: MessageEvent<KeepFile>) => {
  const writer = new Writer(file, tell);
  self.onmessage = ({ data }: MessageEvent<ToWriter>) => writer.handle(data);
};

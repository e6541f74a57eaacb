export { type IncomingStream, onStream } from "./streams/receive.ts";
export { type OpenedStream, openStream } from "./streams/sender.ts";

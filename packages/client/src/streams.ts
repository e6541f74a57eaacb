export { type OpenedStream, openStream } from "./streams/open.ts";
export { type IncomingStream, onStream } from "./streams/receive.ts";

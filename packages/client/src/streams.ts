export { type IncomingStream, onStream } from "./streams/on-stream.ts";
export { type OpenedStream, openStream } from "./streams/open-stream.ts";

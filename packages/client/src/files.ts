export { type IncomingFile, type ReceiveOptions, receiveFiles } from "./files/receive.ts";
export { type FileSource, type SendFileOptions, type SentFile, sendFile } from "./files/send.ts";

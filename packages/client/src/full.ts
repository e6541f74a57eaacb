// What pages load as one file: modules served one by one would each have their own Fault.

export * from "./connect.ts";
export * from "./files.ts";
export * from "./streams.ts";

// The whole client in one file.

export * from "./connect.ts";
export * from "./files.ts";
export * from "./legacy.ts";
export { connect, type SimulateOption, type Simulation } from "./simulate.ts";
export * from "./streams.ts";

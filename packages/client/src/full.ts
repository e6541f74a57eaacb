// The whole client in one file.

export * from "./connect.ts";
export * from "./files.ts";
export * from "./legacy.ts";
export type { FrameObserver } from "./observed-socket.ts";
export { connect, type SimulateOption } from "./simulate.ts";
export { SimulatedNetwork, type Simulation } from "./simulated-network.ts";
export * from "./streams.ts";

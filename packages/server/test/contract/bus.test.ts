import { describe } from "bun:test";
import { MemoryNetwork } from "../kit/memory-bus.ts";
import { busContract } from "./bus.ts";

describe("bus: memory", () => {
  const network = new MemoryNetwork();
  busContract({ open: (name) => network.bus(name), settle: async () => network.flush() });
});

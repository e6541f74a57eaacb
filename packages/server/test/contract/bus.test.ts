import { describe } from "bun:test";
import { MemoryNetwork } from "../kit/memory-bus.ts";
import { busContract } from "./bus.ts";
import { logContract } from "./bus-log.ts";

describe("bus: memory", () => {
  const network = new MemoryNetwork();
  busContract({ open: (name) => network.bus(name), settle: async () => network.flush() });
  logContract(async () => {
    const own = new MemoryNetwork();
    return { open: (name) => own.bus(name), flush: () => own.flush(), [Symbol.asyncDispose]: async () => {} };
  });
});

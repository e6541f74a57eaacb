import { binary } from "../lib/load.ts";
import { outputOf } from "../lib/shell.ts";
import type { Rival } from "../lib/types.ts";

/** What it does and leaves out is described in bench/load/floor.hpp. */
export const floor: Rival = {
  id: "floor",
  title: "C loop (floor)",
  dialect: "achex",
  packages: [],
  allowsAnonymous: true,
  version: () => outputOf(["sh", "-c", "g++ --version | head -1"]),
  command: (port) => [binary, "--workload", "floor", "--port", String(port)],
};

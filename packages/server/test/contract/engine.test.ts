import { describe } from "bun:test";
import { localEngine } from "../../src/engine/local.ts";
import { engineContract } from "./engine.ts";

describe("engine: local", () => engineContract(localEngine));

// A power supply in a process of its own, to be killed: address of the relay, id.
import { startInstrument } from "../../../../../packages/instruments/src/index.ts";

const [, , url = "", id = ""] = process.argv;
await startInstrument("power-supply", { id, seed: 3, title: "Bench supply", interval: 50 }, { url });

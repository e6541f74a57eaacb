// A contract gives every message and every answer a type: a wrong key does not compile.
import { connect } from "@achex/client";

type House = {
  hubs: { kitchen: { dish: string; minutes: number } };
  services: { calc: { request: { a: number; b: number }; answer: { sum: number } } };
};

const url = process.argv[2] ?? "ws://localhost:4010";
const ann = connect<House>(url, { name: "Ann" });
const calc = connect<House>(url, { name: "calc" });
calc.handle("calc", ({ a, b }) => ({ sum: a + b }));
await calc.ready();

const { sum } = await ann.ask("calc", { a: 1, b: 2 });
await ann.hub("kitchen").send({ dish: "soup", minutes: sum });
console.log(`soup in ${sum} minutes`);
ann.close();
calc.close();

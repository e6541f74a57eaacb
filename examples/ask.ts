// A service answers calls; the caller gets the answer, or the reason why there is none.
import { connect, Fault } from "@achex/client";

const url = process.argv[2] ?? "ws://localhost:4010";
const calc = connect(url, { name: "calc" });
calc.handle(({ a, b }) => {
  if (b === 0) throw new Fault("division-by-zero", "Nothing can be divided by zero.");
  return { quotient: Number(a) / Number(b) };
});
await calc.ready();

const ann = connect(url, { name: "Ann" });
console.log(await ann.ask("calc", { a: 6, b: 3 }, { timeout: 5_000 }));
await ann.ask("calc", { a: 6, b: 0 }).catch((fault: Fault) => console.log(fault.code));
await ann.ask("nobody", {}).catch((fault: Fault) => console.log(fault.code));
ann.close();
calc.close();

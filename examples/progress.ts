// A slow answer reports its progress, and stops when the caller no longer waits for it.
import { connect } from "@achex/client";

const url = process.argv[2] ?? "ws://localhost:4010";
const baker = connect(url, { name: "baker" });
baker.handle(async (_, { progress, signal }) => {
  for (let percent = 25; percent < 100 && !signal.aborted; percent += 25) progress({ percent });
  return { bread: "warm" };
});
await baker.ready();

const ann = connect(url, { name: "Ann" });
const bread = await ann.ask("baker", { loaves: 1 }, { onProgress: ({ percent }) => console.log(`${percent} %`) });
console.log(bread);
ann.close();
baker.close();

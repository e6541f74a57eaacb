// Frequent positions with server time: sent without confirmation, and skipped while the queue is at least half full.
import { connect } from "@achex/client";

const url = process.argv[2] ?? "ws://localhost:4010";
const ann = connect(url, { name: "Ann" });
const bob = connect(url, { name: "Bob" });
await bob.hub("board").join();
let seen = 0;
bob.hub("board").on("message", ({ data }) => {
  if (++seen < 30) return;
  console.log(`30 positions, the last at x = ${data.x}, sent ${typeof data.at === "number" ? "in time" : "unknown"}`);
  ann.close();
  bob.close();
});
await ann.ready();
for (let x = 1; x <= 30; x++) {
  if (ann.pressure < 0.5) ann.hub("board").send({ x, at: ann.clock.now() }, { confirm: false });
}

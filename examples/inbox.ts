// Messages wait for a name that nobody has. Needs a relay with --auth claim --keep 'name:*'.
import { connect } from "@achex/client";

const url = process.argv[2] ?? "ws://localhost:4010";
const ann = connect(url, { name: "Ann" });
const { kept, seq } = await ann.to("Bob").send({ order: "soup" }, { id: "order-1" });
console.log(`in the inbox: ${kept}, message ${seq}`);
// As after a crash, when Ann's program does not know whether it arrived.
const { duplicate } = await ann.to("Bob").send({ order: "soup" }, { id: "order-1" });
console.log(`stored before: ${duplicate}`);

const bob = connect(url, { name: "Bob", passwd: "secret", inbox: { device: "kitchen" } });
bob.on("message", async ({ from, data }) => {
  console.log(`${from} orders ${data.order}`); // The message is confirmed when this function has returned.
});
await bob.latency();
await bob.drain();
for (const client of [ann, bob]) client.close();

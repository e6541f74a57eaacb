// Two clients, one message, and its delivery result.
import { connect } from "@achex/client";

const url = process.argv[2] ?? "ws://localhost:4010";
const ann = connect(url, { name: "Ann" });
const bob = connect(url, { name: "Bob" });

bob.on("message", ({ from, data }) => {
  console.log(`${from} says ${data.msg}`);
  bob.close();
});
await bob.ready();

const { taken } = await ann.to("Bob").send({ msg: "hi" });
console.log(`delivered to ${taken}`);
ann.close();

// A hub: every member receives its messages, here in a loop.
import { connect } from "@achex/client";

const url = process.argv[2] ?? "ws://localhost:4010";
const ann = connect(url, { name: "Ann" });
const bob = connect(url, { name: "Bob" });
const kitchen = ann.hub("kitchen");
await kitchen.join();

const messages = kitchen.messages();
for (const msg of ["knock", "knock", "bye"]) bob.hub("kitchen").send({ msg });

for await (const { from, data } of messages) {
  console.log(`${from}: ${data.msg}`);
  if (data.msg === "bye") break;
}
ann.close();
bob.close();

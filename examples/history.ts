// A hub that remembers: a newcomer gets the newest messages, and reads older ones in pages. Needs a relay with --keep 'hub:chat-*'.
import { connect } from "@achex/client";

const url = process.argv[2] ?? "ws://localhost:4010";
const ann = connect(url, { name: "Ann" });
for (const line of ["one", "two", "three", "four"]) await ann.hub("chat-1").send({ line });
ann.close();

const bob = connect(url, { name: "Bob" });
const chat = bob.hub("chat-1");
chat.on("message", ({ from, data, position }) => console.log(`${position?.seq}. ${from}: ${data.line}`));
const { kept } = await chat.join({ history: 2 });
console.log(`read to ${kept?.position.seq}`);

for await (const { messages, first, head } of chat.history({ after: "start", limit: 3 })) {
  console.log(`of ${first} to ${head}: ${messages.map(({ data }) => data.line).join(", ")}`);
}
bob.close();

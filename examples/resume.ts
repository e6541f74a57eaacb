// Bob's connection drops. What Ann sends meanwhile reaches him after he has resumed: once, and in order.
import { connect } from "@achex/client";

const url = process.argv[2] ?? "ws://localhost:4010";
const sockets: WebSocket[] = [];
class Droppable extends WebSocket {
  constructor(address: string, protocols: string[]) {
    super(address, protocols);
    sockets.push(this);
  }
}
const ann = connect(url, { name: "Ann" });
const bob = connect(url, { name: "Bob", WebSocket: Droppable });
bob.on("resumed", ({ replayed }) => console.log(`resumed, ${replayed} frames replayed`));
bob.on("message", ({ data }) => console.log(`Bob got ${data.n}`));
await bob.ready();
sockets[0]?.terminate(); // Without a closing handshake, as when a network fails.
await Promise.all([1, 2, 3].map((n) => ann.to("Bob").send({ n })));
await bob.latency(); // Waits for the new connection.
for (const client of [ann, bob]) client.close();

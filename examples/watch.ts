// Reports when a name comes online or goes offline, without joining a room.
import { connect } from "@achex/client";

const url = process.argv[2] ?? "ws://localhost:4010";
const ann = connect(url, { name: "Ann" });
console.log("online now:", await ann.watch("Bob", "Cid"));

ann.on("online", (name) => console.log(`${name} is online`));
ann.on("offline", (name) => {
  console.log(`${name} is offline`);
  ann.close();
});

const bob = connect(url, { name: "Bob" });
await bob.ready();
bob.close();

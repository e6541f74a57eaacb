// The members of a room, each with a colour. The list stays correct after a reconnection.
import { connect } from "@achex/client";

const url = process.argv[2] ?? "ws://localhost:4010";
const ann = connect(url, { name: "Ann" });
const bob = connect(url, { name: "Bob" });
const board = ann.hub("board");

board.on("joined", ({ name, attributes }) => console.log(`${name} joined in ${attributes.color}`));
board.on("left", ({ name }) => {
  console.log(`${name} left, ${board.members.length} remains`);
  ann.close();
});
await board.join({ presence: true, attributes: { color: "red" } });

await bob.hub("board").join({ attributes: { color: "blue" } });
bob.close();

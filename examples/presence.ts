// Who is in a room, with a colour each; it stays correct after reconnections.
import { connect } from "@achex/client";

const url = process.argv[2] ?? "ws://localhost:4010";
const ann = connect(url, { name: "Ann" });
const bob = connect(url, { name: "Bob" });
const board = ann.hub("board");

board.on("joined", ({ name, attributes }) => console.log(`${name} came in ${attributes.color}`));
board.on("left", ({ name }) => {
  console.log(`${name} left, ${board.members.length} stays`);
  ann.close();
});
await board.join({ presence: true, attributes: { color: "red" } });

await bob.hub("board").join({ attributes: { color: "blue" } });
bob.close();

// Two parts of a program share one room: each holds a lease, and the client leaves when the last one is released.
import { connect } from "@achex/client";

const url = process.argv[2] ?? "ws://localhost:4010";
const ann = connect(url, { name: "Ann" });
const room = ann.hub("kitchen");
room.on("ended", () => console.log("left the room"));

const chat = await room.hold();
const list = await room.hold({ presence: true, attributes: { color: "red" } });

await chat.release();
console.log(`the list still has ${room.members.length} member, status ${room.status}`);
await list.release();
ann.close();

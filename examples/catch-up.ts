// A program that was not running goes on where it stopped: no message is missing, none comes twice. Needs --keep 'hub:chat-*'.
import { connect, type Position } from "@achex/client";

const url = process.argv[2] ?? "ws://localhost:4010";
const ann = connect(url, { name: "Ann" });
let saved: Position | undefined; // In a file or in localStorage, together with what the program makes of the messages.

for (const run of [1, 2]) {
  for (const n of [1, 2]) await ann.hub("chat-2").send({ n: n + 10 * run });
  const bob = connect(url, { name: "Bob" });
  const log = bob.hub("chat-2");
  log.on("gap", ({ missed }) => console.log(`${missed} have expired`));
  log.on("message", ({ data, position }) => {
    console.log(`run ${run}: ${data.n}`);
    saved = position;
  });
  await log.join(saved ? { since: saved } : { history: 100 });
  bob.close();
}
ann.close();

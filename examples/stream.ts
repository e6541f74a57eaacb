// A stream: the sender is only as fast as the receiver reads.
import { connect } from "@achex/client";
import { onStream, openStream } from "@achex/client/streams";

const url = process.argv[2] ?? "ws://localhost:4010";
const ann = connect(url, { name: "Ann" });
const bob = connect(url, { name: "Bob" });
onStream(bob, async ({ meta, readable }) => {
  let size = 0;
  for await (const chunk of readable) size += chunk.length;
  console.log(`${meta.what}: ${size} bytes`);
});
await bob.ready();

const { writable } = await openStream(ann, "Bob", { what: "zeros" });
await new Blob([new Uint8Array(2_000_000)]).stream().pipeTo(writable);
ann.close();
bob.close();

// A file with its name, type and SHA-256. After a lost connection, the transfer resumes where it stopped.
import { connect } from "@achex/client";
import { receiveFiles, sendFile } from "@achex/client/files";

const url = process.argv[2] ?? "ws://localhost:4010";
const ann = connect(url, { name: "Ann" });
const bob = connect(url, { name: "Bob" });
receiveFiles(bob, async (file) => {
  const blob = await file.blob();
  console.log(`${file.from} sent ${file.name}: ${await blob.text()}`);
});
await bob.ready();

const { sha256 } = await sendFile(ann, "Bob", new File(["dear Bob"], "letter.txt", { type: "text/plain" }));
console.log(`arrived as ${sha256.slice(0, 8)}`);
ann.close();
bob.close();

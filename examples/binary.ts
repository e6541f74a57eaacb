// Raw bytes with a small JSON object.
import { connect } from "@achex/client";

const url = process.argv[2] ?? "ws://localhost:4010";
const camera = connect(url, { name: "camera" });
const screen = connect(url, { name: "screen" });

screen.on("message", ({ bytes, data }) => {
  console.log(`${data.type}, ${bytes?.length} bytes`);
  screen.close();
});
await screen.ready();

await camera.to("screen").sendBinary(new Uint8Array(70_000), { type: "image/jpeg" });
camera.close();

// Runs the suite under Node in a world that has no more than React Native has: no document, no events of a window, no URL, no
// fetch, no crypto, no streams; a TextDecoder only from 0.85 on. Arguments: the relay's address, the script that react-native.ts
// has become, and "decoder" to have that too.
import { readFileSync } from "node:fs";
import { createContext, runInContext } from "node:vm";

const [url = "", script = "", decoder] = process.argv.slice(2);
const world = createContext({
  ...{ AbortController, ArrayBuffer, clearTimeout, queueMicrotask, setTimeout, TextEncoder, Uint8Array, WebSocket },
  ...(decoder && { TextDecoder }),
  navigator: { product: "ReactNative" },
});
runInContext("globalThis.window = globalThis", world);
runInContext(readFileSync(script, "utf8"), world);
const names = ["document", "addEventListener", "process", "URL", "crypto", "ReadableStream", "fetch", "TextDecoder"];
const missing = names.filter((name) => runInContext(`typeof ${name}`, world) === "undefined");
const run = `runCore(${JSON.stringify(url)}${decoder ? ', "bytes"' : ""})`;
console.log(JSON.stringify({ missing, results: await runInContext(run, world) }));

// Runs the suite under Node: the relay's address is the first argument, the package of a WebSocket the second.
import { runSuite } from "./suite.ts";

const [url = "", module] = process.argv.slice(2);
const { WebSocket: Given } = module === undefined ? globalThis : await import(module);
console.log(JSON.stringify(await runSuite(url, Given)));

// A relay restarts while Ann sends. Bob gets every message, once and in order.
import { connect } from "@achex/client";

const port = `${20_000 + (process.pid % 10_000)}`;
const serve = ["node", "packages/cli/bin/achex.mjs", "serve", "--port", port, "--data", `/tmp/achex-${port}`];
const start = () => Bun.spawn(serve, { cwd: `${import.meta.dir}/..`, stdout: "ignore" });
let relay = start();
const ann = connect(`ws://localhost:${port}`, { name: "Ann" });
const news = connect(`ws://localhost:${port}`, { name: "Bob" }).broadcast("news");
await news.join();
const messages = news.messages();
for (let n = 0; n < 1_000; n++) void ann.broadcast("news").send({ n });
relay.kill("SIGTERM");
await relay.exited;
relay = start();
for (let n = 0; n < 1_000; n++) console.assert((await messages.next()).value.data.n === n);
console.log("1,000 messages, once and in order");
relay.kill("SIGTERM");
await relay.exited;
process.exit();

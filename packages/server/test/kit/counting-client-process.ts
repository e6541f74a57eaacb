// Run by tests that stop a client with SIGSTOP: joins a hub, prints "ready", and prints what it received once message `last` is there.
import { CountingClient } from "./counting-client.ts";
import { until } from "./wait.ts";

const [url = "", name = "", hub = "", last = "0"] = process.argv.slice(2);
const client = new CountingClient(url, name, [{ joinHub: hub }]);
await client.settled(0);
console.log("ready");
await until(`message ${last}`, () => client.values("n").at(-1) === Number(last), 60_000);
console.log(JSON.stringify({ numbers: client.values("n"), errors: client.errors, resumes: client.resumes }));
process.exit(0);

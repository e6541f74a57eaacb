import { expect, test } from "bun:test";
import { within } from "../../server/test/kit/wait.ts";
import { achex, start } from "./kit/achex.ts";

/** A port below those that systems give out, so that the ports after it are free as well. */
const PORT = 26_100 + (process.pid % 200) * 20;

test("cluster dev starts relays that are one, says where they are, and stops them", async () => {
  await using running = start(["cluster", "dev", "--nodes", "2", "--port", `${PORT}`]);
  const lines = [await running.out.next("the address of NATS")];
  for (let node = 1; node <= 2; node++) lines.push(await running.out.next("the address of a node"));
  expect(lines).toEqual([
    expect.stringMatching(/^nats {2}nats:\/\/127\.0\.0\.1:\d+$/),
    `n1    ws://localhost:${PORT}  http://localhost:${PORT}`,
    `n2    ws://localhost:${PORT + 1}  http://localhost:${PORT + 1}`,
  ]);
  const listening = start(["listen", `localhost:${PORT}`, "--as", "ann", "--count", "1"]);
  await within("the listener to be logged in", listening.err.next("its notice"));
  const sent = await achex(["send", `localhost:${PORT + 1}`, "--as", "bob", "--to", "ann", "hello"]);
  expect(sent.code).toBe(0);
  expect(await listening.out.next("the message")).toContain("hello");
  await listening[Symbol.asyncDispose]();
  running.signal("SIGINT");
  expect((await within("the cluster to stop", running.ended)).code).toBe(0);
}, 60_000);

test("cluster dev says which program is missing", async () => {
  const { code, err } = await achex(["cluster", "dev", "--nodes", "1", "--port", `${PORT}`], {
    env: { PATH: "/nonexistent" },
    by: [process.execPath, new URL("../src/main.ts", import.meta.url).pathname],
  });
  expect([code, err]).toEqual([
    1,
    "achex: nats-server is not installed; on Debian and Ubuntu: apt-get install nats-server\n",
  ]);
});

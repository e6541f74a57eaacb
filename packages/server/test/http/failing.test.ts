import { expect, test } from "bun:test";
import { BunListeners } from "../../src/socket/bun.ts";

test("a request that cannot be answered: status 500, and the reason is logged", async () => {
  const told: unknown[] = [];
  const listeners = new BunListeners();
  const broken = new Error("broken");
  const port = listeners.listen(
    {
      hostname: "127.0.0.1",
      port: 0,
      listener: { rootDialect: "classic", index: 0 },
      tls: undefined,
      isShared: false,
      limits: { frameBytes: 0, backlogBytes: 0 },
    },
    {
      upgrade: () => new Response("no"),
      respond() {
        throw broken;
      },
      failed: (error) => told.push(error),
      open: () => false,
    },
  );
  const answer = await fetch(`http://127.0.0.1:${port}/`);
  expect([answer.status, await answer.text()]).toEqual([
    500,
    "Internal server error. The server's log has the details.\n",
  ]);
  expect(told).toEqual([broken]);
  await listeners.close();
});

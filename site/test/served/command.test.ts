import { expect, test } from "bun:test";
import { serve } from "../../../packages/cli/test/kit/serve.ts";

test("achex serve brings the site: its first page, the client, and the scripts of old pages", async () => {
  await using served = await serve();
  for (const path of ["/", "/client.js", "/client.d.ts", "/js/JQ.js", "/js/jquery.achex.js"]) {
    const response = await fetch(`http://${served.classic}${path}`);
    expect([path, response.status, response.headers.has("etag")]).toEqual([path, 200, true]);
  }
  const cloud = await fetch(`http://${served.cloud}/client.js`);
  expect([cloud.status, cloud.headers.get("access-control-allow-origin")]).toEqual([200, "*"]);
});

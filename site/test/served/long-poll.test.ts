import { afterAll, expect, test } from "bun:test";
import { longPolling } from "../../serve/long-poll.ts";
import { startRelay } from "../kit/relay.ts";

const relay = startRelay();
afterAll(() => relay[Symbol.asyncDispose]());

const ask = async (path: string) => (await fetch(relay.http(`/websockets/${path}`))).text();

test("a question is answered when the word is said, and not before", async () => {
  let answered = false;
  const question = ask("poll/aaaaaaaaaa").then((word) => {
    answered = true;
    return word;
  });
  // Another exchange takes place meanwhile.
  await ask("say/bbbbbbbbbb/other");
  expect(await ask("poll/bbbbbbbbbb")).toBe("other");
  expect(answered).toBe(false);
  await ask("say/aaaaaaaaaa/hello-1");
  expect(await question).toBe("hello-1");
});

test("a word waits for its question, once; the last one counts", async () => {
  await ask("say/cccccccccc/first");
  await ask("say/cccccccccc/second");
  expect(await ask("poll/cccccccccc")).toBe("second");
});

test("who asks again gives up the first question", async () => {
  const find = longPolling();
  const first = find("/websockets/poll/dddddddddd");
  const second = find("/websockets/poll/dddddddddd");
  expect((await first)?.body.length).toBe(0);
  find("/websockets/say/dddddddddd/hi");
  expect(new TextDecoder().decode((await second)?.body)).toBe("hi");
});

test("a hundred at one time; other paths, other words and more of them are not there", () => {
  const find = longPolling();
  for (let n = 0; n < 100; n++) expect(find(`/websockets/say/${String(n).padStart(10, "0")}/x`)).toBeDefined();
  expect(find("/websockets/poll/eeeeeeeeee")).toBeUndefined();
  expect(find("/websockets/poll/0000000001")).toBeDefined();
  for (const path of [
    "/websockets",
    "/websockets/poll/short",
    "/websockets/say/ffffffffff/<b>",
    "/websockets/say/ffffffffff",
  ])
    expect(longPolling()(path)).toBeUndefined();
});

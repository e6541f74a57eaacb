import { expect, test } from "bun:test";
import { startServer } from "../../../../packages/server/test/kit/server.ts";
import { until } from "../../../../packages/server/test/kit/wait.ts";
import type { Conversation } from "../net/conversation.ts";
import { OPEN } from "../rules/room-address.ts";
import { sendingText } from "../rules/sending.ts";
import { guest } from "./kit/chat-room.ts";

const textsOf = ({ entries }: Conversation) =>
  entries.value.flatMap(({ text, problem }) => (problem === undefined ? text : []));
const stateOf = ({ entries, options }: Conversation, text: string) => {
  const sending = entries.value.find((entry) => entry.text === text)?.sending;
  return sending ? sendingText(sending, options.isDirect) : "";
};

test("a message to somebody offline waits in the inbox, and a conversation goes on in both directions", async () => {
  await using server = await startServer({ auth: "claim", keep: "name:login-*" });
  using ann = guest(server.ws(), "Ann");
  // The name is Bob's before he goes.
  guest(server.ws(), "Bob")[Symbol.dispose]();
  const annToBob = ann.write("Bob");
  annToBob.conversation.post({ k: "text", t: "call me" });
  await until("it waits", () => stateOf(annToBob.conversation, "call me") === "Waits in their inbox");
  using bob = guest(server.ws(), "Bob");
  const bobToAnn = bob.write("Ann");
  await until("it arrives", () => textsOf(bobToAnn.conversation).includes("call me"));
  bobToAnn.conversation.post({ k: "text", t: "now?" });
  await until("the answer", () => textsOf(annToBob.conversation).includes("now?"));
  expect(stateOf(bobToAnn.conversation, "now?")).toBe("Delivered");
});

test("on an open relay, a message to somebody offline fails with the reason, and a retry sends it once", async () => {
  await using server = await startServer();
  using ann = guest(server.ws(), "Ann");
  const annToBob = ann.write("Bob");
  const ref = annToBob.conversation.post({ k: "text", t: "hello" });
  await until("it fails", () => stateOf(annToBob.conversation, "hello").includes("keeps no inbox"));
  using bob = guest(server.ws(), "Bob");
  const bobToAnn = bob.write("Ann");
  await bob.connection.client.ready();
  annToBob.conversation.retry(ref);
  await until("it arrives", () => textsOf(bobToAnn.conversation).includes("hello"));
  await until("its state", () => stateOf(annToBob.conversation, "hello") === "Delivered");
  expect(textsOf(annToBob.conversation)).toEqual(["hello"]);
});

test("in a room that the relay does not keep, the sender learns that nobody has got the message", async () => {
  await using server = await startServer();
  using ann = guest(server.ws(), "Ann");
  const room = await ann.enter({ name: "garden", lock: OPEN });
  expect(room.conversation.isKept.value).toBe(false);
  room.conversation.post({ k: "text", t: "anybody?" });
  await until("the state", () => stateOf(room.conversation, "anybody?").includes("nobody has got this"));
});

test("two who open a room with a passphrase at the same moment end up with the same key, and each reads the other", async () => {
  await using server = await startServer({ keep: "hub:chat*" });
  using ann = guest(server.ws(), "Ann");
  using bob = guest(server.ws(), "Bob");
  const address = { name: "corner", lock: { kind: "phrase", phrase: "four random words" } } as const;
  const [one, other] = await Promise.all([ann.enter(address), bob.enter(address)]);
  one.conversation.post({ k: "text", t: "from Ann" });
  other.conversation.post({ k: "text", t: "from Bob" });
  for (const room of [one, other])
    await until("both messages", () => textsOf(room.conversation).toSorted().join() === "from Ann,from Bob");
  await until("the same key", () => String(one.check.value) === String(other.check.value));
  await until(
    "both are known",
    () => one.people.value.length === 2 && one.people.value.every(({ author }) => author !== ""),
  );
  expect(one.people.value.map(({ name }) => name)).toEqual(["Ann", "Bob"]);
});

test("a member who shows somebody else's key without its proof is nobody in particular", async () => {
  await using server = await startServer();
  using ann = guest(server.ws(), "Ann");
  using bob = guest(server.ws(), "Bob");
  const room = await ann.enter({ name: "garden", lock: OPEN });
  const bobs = await bob.enter({ name: "garden", lock: OPEN });
  await until("Bob is known", () => room.people.value.some(({ name, author }) => name === "Bob" && author !== ""));
  const { author } = room.conversation.options;
  const { s } = author.sign(room.conversation.options.place, '{"presence":"Bob"}');
  await bob.connection.client.hub("chat-garden").setAttributes({ n: "Ann", a: author.id, s });
  await until("Bob has no key", () =>
    room.people.value.some(({ author: key, login }) => key === "" && login === "login-Bob"),
  );
  expect(room.people.value.filter(({ author: key }) => key === author.id)).toHaveLength(1);
  bobs.close();
});

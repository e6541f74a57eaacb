import { expect, test } from "bun:test";
import { demoSettings, loadConfig } from "@achex/server/main";

const channels = (flags: Readonly<Record<string, string[]>>) =>
  loadConfig(flags, undefined, demoSettings).keep.map(({ kind, name, instance }) => `${kind}:${name} ${instance}`);

test("achex serve --demos keeps the rooms of the chat, until there are rules of one's own", () => {
  expect(channels({})).toEqual(["hub:chat* chat"]);
  expect(channels({ keep: ["broadcast:weather"] })).toEqual(["broadcast:weather *"]);
  expect(loadConfig({}, undefined).keep).toEqual([]);
});

import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Locator } from "playwright-core";
import { createBrowser } from "../kit/browser.ts";
import { startRelay, type TestRelay } from "../kit/relay.ts";
import { client, connect, send } from "./kit/page.ts";

const browser = createBrowser();
let relay: TestRelay;
beforeAll(() => {
  relay = startRelay();
});
afterAll(() => relay[Symbol.asyncDispose]());

const table = (panel: Locator) => panel.getByRole("region", { name: "Hub game" });
const value = (panel: Locator, key: string) => table(panel).getByRole("textbox", { name: `Value of ${key}` });
const button = (panel: Locator, name: string) => table(panel).getByRole("button", { name, exact: true });

/** The page with two connected achex.2 clients that follow the hub `game`; the first is its host. */
async function openGame(width = 1440) {
  const tab = await browser.open(relay.http("/test"), { viewport: { width, height: 1000 } });
  const panels = [client(tab.page, 0), client(tab.page, 1)] as const;
  for (const panel of panels) {
    await panel.getByLabel("Dialect").selectOption("achex.2");
    await connect(panel);
    await panel.getByRole("button", { name: "Join with state" }).click();
    await table(panel)
      .getByText(/^Host Ann/)
      .waitFor();
  }
  return { tab, ann: panels[0], bob: panels[1], [Symbol.asyncDispose]: () => tab[Symbol.asyncDispose]() };
}

test("R101 to R106: the state of a room as a table that both clients can edit", async () => {
  await using game = await openGame();
  const { tab, ann, bob } = game;
  await table(ann).getByText("The state is empty.").waitFor();
  await table(ann).getByRole("textbox", { name: "New key", exact: true }).fill("score");
  await table(ann).getByRole("textbox", { name: "Value of the new key" }).fill("5");
  await button(ann, "Add").click();
  await value(bob, "score").waitFor();
  expect(await value(bob, "score").inputValue()).toBe("5");

  await button(bob, "Add 1 to score").click();
  await tab.page.waitForFunction(() => document.querySelector<HTMLInputElement>(".room td input")?.value === "6");

  await value(bob, "score").fill('{"home":1}');
  await value(bob, "score").press("Enter");
  await tab.page.waitForFunction(
    () => document.querySelector<HTMLInputElement>(".room td input")?.value === '{"home":1}',
  );

  await button(ann, "Delete score").click();
  await table(bob).getByText("The state is empty.").waitFor();
  expect(tab.errors).toEqual([]);
});

test("R105: an edit that somebody else has overtaken is rejected, and the newer value is shown", async () => {
  await using game = await openGame();
  const { ann, bob } = game;
  await send(ann, '{"$set":{"hub":"game","values":{"title":"first"}}}');
  await value(bob, "title").fill('"mine"');
  await send(ann, '{"$set":{"hub":"game","values":{"title":"second"}}}');
  // What is being edited stays until it is saved or given up.
  await table(ann).getByText("version").waitFor();
  await button(bob, "Save title").click();
  await bob.locator(".row.out").filter({ hasText: "state-conflict" }).waitFor();
  expect(await value(bob, "title").inputValue()).toBe('"second"');
});

test("R110 to R113, R120: host, term and options; the host hands over and closes the room", async () => {
  await using game = await openGame();
  const { ann, bob } = game;
  expect(await button(bob, "Hand over").count()).toBe(0);
  await button(ann, "Close to newcomers").click();
  await table(bob).getByText("closed").waitFor();
  await button(ann, "Hand over").click();
  await table(ann)
    .getByText(/^Host Bob/)
    .waitFor();
  await button(bob, "Open to newcomers").click();
  await button(bob, "Close to newcomers").waitFor();
  await bob.getByRole("button", { name: "Disconnect" }).click();
  await table(ann)
    .getByText(/^Host Ann/)
    .waitFor();
  await send(ann, '{"leaveHub":"game"}');
  await table(ann).waitFor({ state: "detached" });
});

test("keys and values are text, whatever they contain", async () => {
  await using game = await openGame();
  const { tab, ann, bob } = game;
  const key = "<img src=x onerror=alert(1)>";
  await send(ann, JSON.stringify({ $set: { hub: "game", values: { [key]: "<b>\u202e", ["__proto__"]: 1 } } }));
  await value(bob, key).waitFor();
  await value(bob, "__proto__").waitFor();
  expect([await tab.page.locator(".room img, .room b").count(), tab.errors]).toEqual([0, []]);
});

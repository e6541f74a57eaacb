import { expect, test } from "bun:test";
import { ownFault } from "../src/fault.ts";
import { Lifecycle } from "../src/lifecycle.ts";

test("what the server has forgotten is restored before waiting sends are flushed, whatever was added first", () => {
  const lifecycle = new Lifecycle();
  const called: string[] = [];
  lifecycle.add("flush", { closed: () => called.push("outbox") });
  lifecycle.add("restore", { closed: () => called.push("first room") });
  const remove = lifecycle.add("restore", { closed: () => called.push("a room that is gone") });
  lifecycle.add("restore", { closed: () => called.push("second room") });
  remove();
  lifecycle.closed(ownFault("closed"), true);
  expect(called).toEqual(["first room", "second room", "outbox"]);
});

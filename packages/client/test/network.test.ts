import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { connectingClient, readyClient } from "./kit/scripted-client.ts";

/** What a browser has of a page: it is seen or not, and there is a network or not. */
class Page extends EventTarget {
  visibilityState = "visible";
  listening = 0;

  override addEventListener(type: string, listener: () => void, options: { signal: AbortSignal }): void {
    super.addEventListener(type, listener, options);
    this.listening++;
    options.signal.addEventListener("abort", () => this.listening--);
  }
}

const own = globalThis.addEventListener;
let page: Page;
beforeEach(() => {
  page = new Page();
  Object.assign(globalThis, { addEventListener: page.addEventListener.bind(page), document: page });
});
afterEach(() => {
  globalThis.addEventListener = own;
  Reflect.deleteProperty(globalThis, "document");
});

describe("R60: what a browser knows is used at once", () => {
  test("the network is back: no pause is waited for", () => {
    const { relay, ann } = readyClient();
    relay.socket.drop();
    page.dispatchEvent(new Event("offline"));
    expect(ann.state).toBe("offline");
    page.dispatchEvent(new Event("online"));
    expect(ann.state).toBe("connecting");
    relay.socket.accept(2);
    expect([ann.state, relay.sockets.length]).toEqual(["ready", 2]);
  });

  test("the page is seen again: the connection is looked at, and given up after 10 s without an answer", () => {
    const { relay, ann, clock } = readyClient();
    page.visibilityState = "hidden";
    page.dispatchEvent(new Event("visibilitychange"));
    expect(relay.socket.has("$time")).toBe(false);
    page.visibilityState = "visible";
    page.dispatchEvent(new Event("visibilitychange"));
    expect(relay.socket.has("$time")).toBe(true);
    clock.advance(10_000);
    expect(ann.state).toBe("waiting");
  });

  test("the network goes or comes while it is up: the connection is looked at, once", () => {
    const { relay } = readyClient();
    page.dispatchEvent(new Event("offline"));
    page.dispatchEvent(new Event("online"));
    relay.socket.take("$time");
    expect(relay.socket.has("$time")).toBe(false);
  });

  test("an attempt that hangs is given up when the network or the page is back, and a young one gets its 2 s", () => {
    const { relay, ann, clock } = connectingClient();
    clock.advance(7_000);
    page.dispatchEvent(new Event("online"));
    expect([ann.state, relay.sockets.length]).toEqual(["connecting", 2]);
    clock.advance(2_500);
    page.dispatchEvent(new Event("visibilitychange"));
    expect([ann.state, relay.sockets.length]).toEqual(["connecting", 3]);
    relay.socket.accept(2);
    expect(ann.state).toBe("ready");
  });

  test("while it has just begun to connect, and after close(), none of it does anything", () => {
    const { relay, ann, clock } = connectingClient();
    page.dispatchEvent(new Event("online"));
    expect(relay.sockets.length).toBe(1);
    expect(page.listening).toBe(3);
    ann.close();
    expect(page.listening).toBe(0);
    page.dispatchEvent(new Event("online"));
    page.dispatchEvent(new Event("visibilitychange"));
    expect([relay.sockets.length, ann.state, clock.pending]).toEqual([1, "closed", 0]);
  });
});

import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { startServer } from "../../server/test/kit/server.ts";
import { connect } from "../src/index.ts";
import { openBrowser } from "./kit/browser.ts";
import { resumableReady } from "./kit/resumable-client.ts";
import { outcomeOf, settled } from "./kit/scripted-client.ts";
import { until } from "./kit/until.ts";

/** The tab's storage, and the events of the page in it. */
class Tab extends EventTarget {
  readonly stored = new Map<string, string>();
  readonly sessionStorage = {
    getItem: (key: string) => this.stored.get(key) ?? null,
    setItem: (key: string, value: string) => this.stored.set(key, value),
    removeItem: (key: string) => this.stored.delete(key),
  };

  notify(type: string, persisted = false): void {
    this.dispatchEvent(Object.assign(new Event(type), { persisted }));
  }
}

const own = globalThis.addEventListener;
let tab: Tab;
/** A page is loaded in the tab: listeners of the one before are gone with it. */
function load(next = new Tab()): void {
  for (const [key, value] of tab?.stored ?? []) next.stored.set(key, value);
  tab = next;
  Object.assign(globalThis, { addEventListener: tab.addEventListener.bind(tab), sessionStorage: tab.sessionStorage });
}
beforeEach(() => {
  tab = new Tab();
  load(tab);
});
afterEach(() => {
  globalThis.addEventListener = own;
  Reflect.deleteProperty(globalThis, "sessionStorage");
});

type Scripted = ReturnType<typeof resumableReady>;

/** The page of a client that survives goes away. */
function leaving() {
  const client = resumableReady({ survive: "reload" });
  const { ann, relay } = client;
  const end = outcomeOf(ann.to("Bob").send({ n: 1 }));
  relay.flush();
  relay.session.send({ to: "Ann", n: 1, sID: 9, FROM: "Bob" });
  relay.flush();
  tab.notify("pagehide");
  return { ...client, end };
}

/** Another page of the tab, or of another one, connects to the same relay. */
function nextPage({ relay, clock }: Scripted, name = "Ann") {
  const heard: unknown[] = [];
  const ann = connect("ws://relay", { name, WebSocket: relay.WebSocket, clock, random: () => 0.5, survive: "reload" });
  ann.on("message", ({ data }) => heard.push(Object(data).n));
  ann.on("resumed", (resumed) => heard.push(resumed));
  return { ann, heard };
}

describe("R79: a page is reloaded", () => {
  test("the next one goes on with its session, and gets what was sent meanwhile", async () => {
    const old = leaving();
    const { relay, clock } = old;
    expect(relay.session.isReloadable).toBe(true);
    relay.session.send({ to: "Ann", n: 2, sID: 9, FROM: "Bob" });
    clock.advance(1_000);
    load();
    const { ann, heard } = nextPage(old);
    expect(tab.stored.size).toBe(0);
    const room = ann.hub("h");
    const joined = outcomeOf(room.join());
    const asked = outcomeOf(ann.ask("calc", {}));
    relay.step(relay.line, "up", 0);
    expect(JSON.parse(String(relay.line.up[0])).$resume).toMatchObject({ generation: 1, reload: true });
    // An answer to a question of the page before.
    relay.session.send({ toS: 1, $answer: { id: 1 }, wrong: 1, sID: 9, FROM: "calc" });
    relay.flush();
    await settled();
    expect([ann.state, ann.sid, ann.name, heard]).toEqual(["ready", 1, "Ann", [{ replayed: 2, offline: 1_000 }, 2]]);
    expect([joined.value, asked, room.status]).toEqual([{ count: undefined, seat: undefined }, {}, "in"]);
    void ann.to("Bob").send({ n: 3 });
    relay.flush();
    expect(relay.session.mismatches).toEqual([]);
    clock.advance(5_000);
    relay.flush();
    expect([relay.session.mismatches, ann.state]).toEqual([[], "ready"]);
  });

  test("R143: its session is still a member, and members are not sent history: a join that asks for it leaves first", () => {
    const old = leaving();
    const { relay } = old;
    load();
    const { ann } = nextPage(old);
    const joins = () =>
      relay.session.received.flatMap(
        (data) => /^\{(?:"\$ref":\d+,)?("(?:join|leave)Hub.*)\}$/.exec(String(data))?.[1] ?? [],
      );
    void ann.hub("h").join({ history: 5 });
    void ann.hub("k").join();
    relay.flush();
    expect(joins()).toEqual(['"leaveHub":"h"', '"joinHub":"h","$since":{"last":5}', '"joinHub":"k"']);
    void ann.hub("h").join({ attributes: {} });
    relay.flush();
    expect(joins().slice(3)).toEqual(['"joinHub":"h","$attributes":{}']);
  });

  test("a resume whose reply is lost is tried again, still as another page", () => {
    const old = leaving();
    const { relay, clock } = old;
    load();
    const { ann } = nextPage(old);
    relay.step(relay.line, "up", 1);
    relay.drop();
    clock.advance(500);
    relay.step(relay.line, "up", 0);
    expect(JSON.parse(String(relay.line.up[0])).$resume).toMatchObject({ generation: 2, reload: true });
    relay.flush();
    expect([ann.state, ann.sid]).toEqual(["ready", 1]);
    relay.drop();
    clock.advance(500);
    relay.step(relay.line, "up", 0);
    expect(String(relay.line.up[0])).not.toContain("reload");
  });

  test("a session that cannot be resumed is replaced by a new one; nothing of this page was lost", async () => {
    const old = leaving();
    const { relay } = old;
    relay.session.isOver = true;
    load();
    const { ann } = nextPage(old);
    const losses: unknown[] = [];
    ann.on("lost", (lost) => losses.push(lost));
    const sent = outcomeOf(ann.to("Bob").send({}));
    relay.flush();
    await settled();
    expect([ann.state, ann.sid, losses, sent.value]).toEqual(["ready", 2, [], { taken: 1 }]);
  });

  test.each([
    ["after 15 s", (old: Scripted) => old.clock.advance(15_001), "Ann"],
    ["under another name", () => {}, "Anna"],
  ])("%s, the next page begins a session of its own", (_, wait, name) => {
    const old = leaving();
    wait(old);
    load();
    nextPage(old, name);
    expect(old.relay.line.protocols).toEqual(["achex.2"]);
    // Left for the client of that name, which may come next.
    expect(tab.stored.size).toBe(name === "Ann" ? 0 : 1);
  });

  test("a duplicated tab gets its own session: the token is not in the storage while a page is loaded", () => {
    const old = resumableReady({ survive: "reload" });
    expect(tab.stored.size).toBe(0);
    load();
    const { ann } = nextPage(old);
    old.relay.flush();
    expect([ann.sid, old.ann.sid]).toEqual([2, 1]);
  });

  test("a page that comes back from the browser's cache resumes, and takes the token out of the storage", async () => {
    const { ann, relay, end } = leaving();
    expect([tab.stored.size, ann.state]).toEqual([1, "waiting"]);
    tab.notify("pageshow", true);
    expect(tab.stored.size).toBe(0);
    relay.step(relay.line, "up", 0);
    expect(String(relay.line.up[0])).not.toContain("reload");
    relay.flush();
    await settled();
    expect([ann.state, ann.sid, end.value]).toEqual(["ready", 1, { taken: 1 }]);
  });

  test("without the option, and without a storage, nothing is left behind", () => {
    resumableReady();
    tab.notify("pagehide");
    expect(tab.stored.size).toBe(0);
    Object.defineProperty(globalThis, "sessionStorage", {
      configurable: true,
      get() {
        throw new Error("forbidden");
      },
    });
    const { ann } = resumableReady({ survive: "reload" });
    tab.notify("pagehide");
    tab.notify("pageshow", true);
    expect(["waiting", "connecting"]).toContain(ann.state);
  });

  test("after close(), the page's events do nothing", () => {
    const { ann } = resumableReady({ survive: "reload" });
    ann.close();
    tab.notify("pagehide");
    expect([tab.stored.size, ann.state]).toEqual([0, "closed"]);
  });
});

test("R79: in a browser, before a real relay: the session, its name and a message sent during the reload", async () => {
  await using server = await startServer();
  const { outputs } = await Bun.build({ entrypoints: [join(import.meta.dir, "../src/index.ts")], target: "browser" });
  const script = (await outputs[0]?.text()) ?? "";
  const html = `<!doctype html><link rel="icon" href="data:,"><script type="module">
    import { connect } from "/client.js";
    window.heard = [];
    window.ann = connect(${JSON.stringify(server.ws("/reload"))}, { name: "Ann", survive: "reload" });
    ann.on("message", ({ data }) => heard.push(data.n));
  </script>`;
  const bob = connect(server.ws("/reload"), { name: "Bob" });
  let scripts = 0;
  const site = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    async fetch({ url }) {
      if (!url.endsWith(".js")) return new Response(html, { headers: { "content-type": "text/html" } });
      // Between the two pages.
      if (++scripts === 2) await bob.to("Ann").send({ n: 2 });
      return new Response(script, { headers: { "content-type": "text/javascript" } });
    },
  });
  const browser = await openBrowser();
  try {
    const page = await browser.open(`http://127.0.0.1:${site.port}/`);
    const heard = () => page.ask<number[]>("heard");
    await page.ask("ann.ready()");
    const sid = await page.ask("ann.sid");
    await bob.to("Ann").send({ n: 1 });
    await until("the first message", async () => (await heard()).length === 1);
    await page.reload();
    await page.ask("ann.ready()");
    await bob.to("Ann").send({ n: 3 });
    await until("the later messages", async () => (await heard()).length === 2);
    expect([await page.ask("ann.sid"), await page.ask("sessionStorage.length"), await heard()]).toEqual([
      sid,
      0,
      [2, 3],
    ]);
    expect(page.problems).toEqual([]);
  } finally {
    bob.close();
    await browser.close();
    await site.stop(true);
  }
}, 60_000);

import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { endpointOf } from "../../pages/test/model/endpoint.ts";
import {
  addToHistory,
  type KeyValueStore,
  load,
  type SavedState,
  STORAGE_KEY,
  save,
} from "../../pages/test/model/saved-state.ts";
import { defaultSetup, type Setup, setDialect, setPath, setupFrom } from "../../pages/test/model/setup.ts";
import { MAX_CLIENTS, setupFragment, setupsFromFragment } from "../../pages/test/model/share.ts";

const HERE = "localhost:4010";
const base = defaultSetup(HERE, "Ann");
const urlOf = (change: Partial<Setup>, secure = false) => {
  const endpoint = endpointOf({ ...base, ...change }, secure);
  return "problem" in endpoint ? endpoint.problem : endpoint.url;
};

describe("the endpoint of a setup", () => {
  test.each<[Partial<Setup>, string]>([
    [{}, "ws://localhost:4010/"],
    [{ server: "wss://example.org" }, "wss://example.org/"],
    [{ server: "https://example.org:1/" }, "wss://example.org:1/"],
    [{ server: " [::1]:4010 " }, "ws://[::1]:4010/"],
    [{ path: "hall" }, "ws://localhost:4010/hall"],
    [{ path: "//evil.example/x" }, "ws://localhost:4010//evil.example/x"],
    [{ path: "/a#b" }, "ws://localhost:4010/a%23b"],
  ])("%j is %s", (change, url) => {
    expect(urlOf(change)).toBe(url);
  });

  test("a page loaded over TLS uses wss", () => {
    expect(urlOf({}, true)).toBe("wss://localhost:4010/");
  });

  test.each<[Partial<Setup>, string]>([
    [{ server: "" }, "Enter a server"],
    [{ server: "a b" }, "is not an address"],
    [{ server: "localhost:99999" }, "is not an address"],
    [{ server: "ftp://x" }, "starts with ws://"],
    [{ server: "user:pw@host" }, "Browsers reject"],
    [{ protocol: "a b" }, "is not a valid subprotocol"],
    [{ protocol: "a, a" }, "listed twice"],
    [{ server: "https://example.org:1/school?x" }, "Enter “/school” in Path"],
  ])("%j is rejected with an explanation", (change, problem) => {
    expect(urlOf(change)).toContain(problem);
  });

  test("F1: reports are requested in the query, after any query of the path; the displayed address omits it", () => {
    const addresses = (change: Partial<Setup>) => {
      const endpoint = endpointOf({ ...base, ...change }, false);
      return "problem" in endpoint ? [] : [endpoint.url, endpoint.socketUrl];
    };
    expect(addresses({})).toEqual(["ws://localhost:4010/", "ws://localhost:4010/?reports"]);
    expect(addresses({ path: "/hall?x=1" })).toEqual([
      "ws://localhost:4010/hall?x=1",
      "ws://localhost:4010/hall?x=1&reports",
    ]);
    expect(addresses({ reports: false })).toEqual(["ws://localhost:4010/", "ws://localhost:4010/"]);
  });

  test("R1: achex.2 is requested by its subprotocol, before others", () => {
    expect(endpointOf({ ...base, dialect: "achex.2", protocol: "chat" }, false)).toMatchObject({
      protocols: ["achex.2", "chat"],
    });
  });

  test("D1, D2: an endpoint that does not match the dialect shows a warning", () => {
    const warning = (change: Partial<Setup>) => {
      const endpoint = endpointOf({ ...base, ...change }, false);
      return "problem" in endpoint ? endpoint.problem : endpoint.warning;
    };
    expect(warning({})).toBeUndefined();
    expect(warning({ dialect: "cloud", path: "/x" })).toBeUndefined();
    expect(warning({ path: "/x" })).toContain("cloud");
    expect(warning({ dialect: "cloud" })).toContain("cloud port");
    expect(warning({ protocol: "achex.2" })).toContain("R1");
    expect(warning({ dialect: "cloud", path: `/${"x".repeat(200)}` })).toContain("HTTP 400");
    expect(warning({ dialect: "cloud", path: "/%zz" })).toContain("%25");
  });

  test("D1: setting a dialect or a path adjusts the other", () => {
    expect(setDialect(base, "cloud").path).toBe("/hall");
    expect(setDialect({ ...base, path: "/x", dialect: "cloud" }, "classic").path).toBe("/");
    expect(setPath(base, "/x").dialect).toBe("cloud");
    expect(setPath({ ...base, dialect: "achex.2" }, "/x").dialect).toBe("achex.2");
  });
});

const setups: fc.Arbitrary<Setup> = fc.record({
  server: fc.string({ maxLength: 30, unit: "grapheme" }),
  path: fc.string({ maxLength: 30 }),
  dialect: fc.constantFrom("classic", "cloud", "achex.2"),
  protocol: fc.string({ maxLength: 10 }),
  name: fc.string({ maxLength: 30, unit: "grapheme" }),
  reports: fc.boolean(),
  resume: fc.boolean(),
});

describe("links", () => {
  test("any setups can be restored from their link", () => {
    fc.assert(
      fc.property(fc.array(setups, { minLength: 1, maxLength: MAX_CLIENTS }), (all) => {
        const fragment = setupFragment(all, HERE);
        expect(fragment).toMatch(/^#setup=[A-Za-z0-9_-]+$/);
        expect(setupsFromFragment(fragment, HERE)).toEqual(all);
      }),
    );
  });

  test("a link to the page's own server follows the page that opens it", () => {
    expect(setupsFromFragment(setupFragment([base], HERE), "192.168.0.7:4010")?.[0]?.server).toBe("192.168.0.7:4010");
  });

  test("a link contains no password", () => {
    const setup = { ...base, password: "secret" };
    expect(atob(setupFragment([setup], HERE).slice("#setup=".length))).not.toContain("secret");
  });

  test("links are validated", () => {
    for (const text of [
      "",
      "#",
      "#setup=",
      "#setup=%%%",
      "#setup=bnVsbA",
      `#setup=${btoa('{"v":1,"clients":[{"dialect":"x"}]}')}`,
    ])
      expect(setupsFromFragment(text, HERE)).toBeUndefined();
    const many = setupFragment(
      Array.from({ length: 50 }, () => base),
      HERE,
    );
    expect(setupsFromFragment(many, HERE)?.length).toBe(MAX_CLIENTS);
    fc.assert(fc.property(fc.anything(), (value) => void setupFrom(value, HERE)));
  });
});

describe("stored state", () => {
  const shelf = (): KeyValueStore & { readonly kept: Map<string, string> } => {
    const kept = new Map<string, string>();
    return {
      kept,
      getItem: (key) => kept.get(key) ?? null,
      setItem: (key, value) => void kept.set(key, value),
      removeItem: (key) => void kept.delete(key),
    };
  };

  test("comes back", () => {
    const place = shelf();
    const kept: SavedState = { setups: [base, { ...base, name: "Bob" }], layout: "side", active: 1, history: ["ping"] };
    save(place, kept, HERE);
    expect(load(place, HERE)).toEqual(kept);
  });

  test("invalid or missing data loads the defaults", () => {
    const place = shelf();
    expect(load(place, HERE)).toBeUndefined();
    for (const text of ["{", "null", "[]", '{"setups":[]}', '{"setups":[1]}', '{"setups":{}}']) {
      place.kept.set(STORAGE_KEY, text);
      expect(load(place, HERE)).toBeUndefined();
    }
  });

  test("the page works when storage is full or blocked", () => {
    const closed: KeyValueStore = {
      getItem: () => {
        throw new Error("forbidden");
      },
      setItem: () => {
        throw new Error("full");
      },
      removeItem: () => undefined,
    };
    expect(load(closed, HERE)).toBeUndefined();
    save(closed, { setups: [base], layout: "tabs", active: 0, history: [] }, HERE);
  });

  test("the history has no duplicates or passwords, newest first, and is bounded", () => {
    let history: readonly string[] = [];
    for (const text of ["a", "b", "a", '{"setID":"x","passwd":"secret"}', " ", "y".repeat(20_000)])
      history = addToHistory(history, text);
    expect(history).toEqual(['{"setID":"x","passwd":"<password>"}', "a", "b"]);
    for (let i = 0; i < 200; i++) history = addToHistory(history, `${i}`);
    expect(history.length).toBe(50);
  });
});

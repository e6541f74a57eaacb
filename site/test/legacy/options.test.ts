import { describe, expect, test } from "bun:test";
import { addressOf, fades, isOn, logoOptions, reconnectDelay } from "../../legacy/options.ts";

const plain = new URL("http://relay.example:4010/js/jquery.achex.js");

describe("where $.achex connects", () => {
  test.each([
    [{}, "http://relay.example:4010/js/jquery.achex.js", "ws://relay.example:4010/"],
    [{}, "http://relay.example:8080/js/jquery.achex.js", "ws://relay.example:8080/"],
    [{}, "http://relay.example/js/jquery.achex.js", "ws://relay.example:4010/"],
    [{}, "https://relay.example/js/jquery.achex.js", "wss://relay.example/"],
    [{ port: 4020 }, "http://relay.example/js/jquery.achex.js", "ws://relay.example:4020/"],
    [{ port: "443" }, "https://relay.example/js/jquery.achex.js", "wss://relay.example/"],
    [{ url: "" }, "http://relay.example:4010/js/jquery.achex.js", "ws://relay.example:4010/"],
    [{ url: "ws://other.example" }, "https://relay.example/", "ws://other.example:4010/"],
    [{ url: "ws://other.example", port: 80 }, "https://relay.example/", "ws://other.example/"],
    [{ url: "wss://other.example" }, "http://relay.example/", "wss://other.example/"],
    [{ url: "wss://other.example", port: 443 }, "http://relay.example/", "wss://other.example/"],
    [{ url: "wss://other.example/", port: 444 }, "http://relay.example/", "wss://other.example:444/"],
    [{ url: "wss://other.example/room" }, "http://relay.example/", "wss://other.example/room"],
    [{ url: "other.example/room" }, "http://relay.example/", "ws://other.example:4010/room"],
    [{ url: "other.example:4011" }, "https://relay.example/", "wss://other.example:4011/"],
    [{ url: "http://other.example" }, "http://relay.example/", "ws://other.example:4010/"],
    [{ url: "https://other.example/a" }, "http://relay.example/", "wss://other.example/a"],
  ])("%j, loaded from %s: %s", ({ url, port }: { url?: string; port?: number | string }, source, address) => {
    expect(addressOf(url, port, new URL(source))).toBe(address);
  });

  test("what is not an address is refused", () => {
    expect(() => addressOf("ws://", undefined, plain)).toThrow();
    expect(() => addressOf("ws://a b", undefined, plain)).toThrow();
  });
});

describe("what $.achex accepts", () => {
  test.each<[unknown, number | false]>([
    [false, false],
    [1000, 1000],
    ["1500", 1500],
    [0, 3000],
    [-5, 3000],
    ["soon", 3000],
    [undefined, 3000],
    [true, 3000],
  ])("reconnect: %p is %p", (reconnect, expected) => {
    expect(reconnectDelay(reconnect)).toBe(expected);
  });

  test("logo: false is none; a canvas by its id, with or without #", () => {
    const logo = (value: unknown) => logoOptions({ logo: value });
    expect(logo(false)).toBe(false);
    expect(logo({ canvas: "#mine", size: 30, soffset: 0 })).toEqual({ place: "mine", size: 30, margin: 0 });
    expect(logo({ size: -1, soffset: -1 })).toEqual({ place: undefined, size: 50, margin: 10 });
    expect(logo("x")).toEqual({ place: undefined, size: 50, margin: 10 });
  });

  test.each<[Record<string, unknown>, boolean]>([
    [{}, false],
    [{ fade: true }, true],
    [{ fade: 1, logo: { canvas: "x" } }, true],
    [{ logo: { fade: true } }, true],
    [{ fade: true, logo: { fade: false } }, false],
    [{ fade: true, logo: false }, true],
  ])("%j fades: %p", (given, expected) => {
    expect(fades(given)).toBe(expected);
  });

  test.each<[unknown, boolean]>([
    [true, true],
    [1, true],
    ["1", true],
    ["true", true],
    [false, false],
    [0, false],
    ["0", false],
    ["false", false],
    [undefined, false],
    [null, false],
  ])("the switch %p is on: %p", (value, expected) => {
    expect(isOn(value)).toBe(expected);
  });
});

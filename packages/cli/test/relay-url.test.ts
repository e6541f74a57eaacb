import { describe, expect, test } from "bun:test";
import { UsageError } from "../src/failure.ts";
import { relayUrl } from "../src/relay-url.ts";

describe("address of a relay", () => {
  test.each([
    ["localhost", "ws://localhost:4010/", "classic"],
    ["localhost:4010", "ws://localhost:4010/", "classic"],
    ["localhost:80", "ws://localhost/", "classic"],
    ["localhost/room", "ws://localhost:4010/room", "cloud"],
    ["192.168.1.7:5000/a%20b", "ws://192.168.1.7:5000/a%20b", "cloud"],
    ["[::1]:4010", "ws://[::1]:4010/", "classic"],
    ["ws://example.org", "ws://example.org/", "classic"],
    ["wss://example.org/school#top", "wss://example.org/school", "cloud"],
    ["https://example.org:4443/", "wss://example.org:4443/", "classic"],
    ["HTTP://example.org", "ws://example.org/", "classic"],
  ] as const)("%s is %s, %s", (text, url, dialect) => {
    expect(relayUrl(text)).toEqual({ url, dialect });
  });

  test("--dialect has the last word: a cloud port's / is cloud", () => {
    expect(relayUrl("localhost", "cloud")).toEqual({ url: "ws://localhost:4010/", dialect: "cloud" });
  });

  test.each(["", "ws://", "ftp://example.org", "local host"])("%p is not an address", (text) => {
    expect(() => relayUrl(text)).toThrow(UsageError);
  });
});

import { describe, expect, test } from "bun:test";
import { endpointOf } from "../../src/http/upgrade.ts";

const main = { rootDialect: "classic", index: 0 } as const;
const cloud = { rootDialect: "cloud", index: 2 } as const;
const of = (path: string, listener: Parameters<typeof endpointOf>[1] = main) => endpointOf(path, listener, 128);

describe("D1 D2 D3 what a path means", () => {
  const instances: readonly (readonly [path: string, instance: string])[] = [
    ["/hall", "hall"],
    ["/hall/", "hall"],
    ["//hall//", "hall"],
    ["/a/b", "a/b"],
    ["/a%2Fb", "a/b"],
    ["/%2Fhall%2F", "hall"],
    ["/caf%C3%A9", "café"],
    ["/%F0%9F%98%80", "😀"],
    ["/a%20b", "a b"],
    ["/a+b", "a+b"],
    ["/%25", "%"],
    ["/root", "root"],
    ["/__proto__", "__proto__"],
  ];
  for (const [path, instance] of instances) {
    test(`[D1 D2] ${path} is cloud on either port, the instance ${instance}`, () => {
      expect(of(path)).toEqual({ dialect: "cloud", instance, listenerIndex: 0 });
      expect(of(path, cloud)).toEqual({ dialect: "cloud", instance, listenerIndex: 2 });
    });
  }

  for (const path of ["/", "", "//", "/%2F"]) {
    test(`[D1 D3] ${JSON.stringify(path)} is the root instance, in the dialect of its port`, () => {
      expect(of(path)).toEqual({ dialect: "classic", instance: "root", listenerIndex: 0 });
      expect(of(path, cloud)).toEqual({ dialect: "cloud", instance: "root", listenerIndex: 2 });
    });
  }

  const none = ["/%", "/%z1", "/%C3", "/%FF", "/%ED%A0%80", "/a%00", "/%0A", "/%7F", "/%C2%85", `/${"i".repeat(129)}`];
  for (const path of none) {
    test(`[D2] ${path.slice(0, 20)} is none`, () => {
      expect(of(path)).toBeUndefined();
      expect(of(path, cloud)).toBeUndefined();
    });
  }

  test("[D2] a path of many slashes costs no more than another of its length", () => {
    // Milliseconds when each slash is looked at once; when each is compared with those behind it, minutes, past the time limit.
    expect(of(`/a${"/".repeat(500_000)}b`)).toBeUndefined();
  });
});

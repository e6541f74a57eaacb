import { describe, expect, test } from "bun:test";
import type { Dialect } from "@achex/protocol";
import { bytesOf } from "../../pages/test/model/hex.ts";
import { previewBinary, previewText, type SenderState } from "../../pages/test/model/preview.ts";

const as = (dialect: Dialect, loggedIn = true): SenderState => ({ dialect, loggedIn });
const classic = as("classic");

describe("where a frame will go", () => {
  test.each([
    ['{"to":"Alex"}', "To everyone logged in as “Alex”."],
    ['{"toS":"343@x"}', "To session 343."],
    ['{"tos":7}', "To session 7."],
    ['{"bc":"room"}', "To everyone registered for the broadcast “room”."],
    ['{"toH":6542}', "To the other members of the hub “6542”."],
    [
      '{"to":["a","b","c","d"]}',
      "To everyone logged in as “a”, and everyone logged in as “b”, and everyone logged in as “c”, and 1 more.",
    ],
    ["ping", "Measures the latency."],
    ['{"echo":1}', "Returned to this client only."],
    ['{"to":"A","joinHub":"h"}', "To everyone logged in as “A”."],
  ])("V2: %s", (text, headline) => {
    expect(previewText(text, classic)).toMatchObject({ tone: "good", headline });
  });

  test("[R70 R72] $resume must come first, and $seen needs a resumable session", () => {
    const told = (text: string, more: Partial<SenderState>) => previewText(text, { ...as("achex.2", false), ...more });
    const [enable, seen] = ['{"$resume":true}', '{"$seen":{"received":1,"sent":1}}'];
    expect(told(enable, { framesSent: 0 })).toMatchObject({ tone: "good", headline: "Makes this session resumable." });
    expect(told(enable, { framesSent: 1 })).toMatchObject({ tone: "bad", code: "resume-late" });
    expect(told(seen, { resumable: true })).toMatchObject({ tone: "good" });
    expect(told(seen, { resumable: false })).toMatchObject({ tone: "bad", code: "resume-off" });
  });

  test("A6: a login names the reply of its dialect", () => {
    const detail = (dialect: Dialect) => previewText('{"setID":"Ann"}', as(dialect, false)).detail;
    expect(detail("classic")).toContain('{"auth":"ok"}');
    expect(detail("cloud")).toContain('{"auth":"OK","SID":…}');
    expect(detail("achex.2")).toContain("No reply means success");
  });

  test("S3: a forged stamp is reported as removed", () => {
    expect(previewText('{"to":"A","FROM":"me"}', classic)).toMatchObject({
      tone: "warn",
      detail: expect.stringContaining("S3"),
    });
  });

  test("B1: before login, messages are dropped and joins fail; requests that need no login are allowed", () => {
    const before = as("cloud", false);
    expect(previewText('{"to":"A"}', before)).toMatchObject({
      tone: "warn",
      code: "not-logged-in",
      detail: expect.stringContaining("dropped"),
    });
    expect(previewText('{"joinHub":"h"}', before).detail).toContain("fail");
    expect(previewText('{"to":"A"}', as("achex.2", false)).detail).toContain("refused");
    for (const free of ["ping", '{"echo":1}', '{"auth":"A"}']) expect(previewText(free, before).tone).toBe("good");
  });
});

describe("why a frame would be dropped, and how to fix it", () => {
  test.each([
    ["{to:1}", "not-json", "Keys need quotes"],
    ["{'to':\"a\"}", "not-json", "double quotes"],
    ['{"to":"a",}', "not-json", "Remove the comma"],
    ['{"to":"a" "b":1}', "not-json", "missing comma"],
    ['{"to":"a"', "not-json", "closing brace"],
    ["{“to”:1}", "not-json", "typographic"],
    ["ping!", "not-json", "on their own"],
    ["[1]", "not-object", "object"],
    ['{"To":"a"}', "no-verb", 'Did you mean "to"?'],
    ['{"joinhub":"a"}', "no-verb", 'Did you mean "joinHub"?'],
    ['{"cmd":"register-broadcast","bid":"r"}', "no-verb", '"cmd":"register_broadcast"'],
    ['{"cmd":7}', "no-verb", "cmd must be one of"],
    ['{"msg":"hi"}', "no-verb", "Add to, toS, bc or toH"],
    ['{"to":""}', "bad-target", ""],
    ['{"toS":0}', "bad-target", ""],
    [`{"to":${JSON.stringify(Array(65).fill("a"))}}`, "too-many-targets", ""],
    [`{"a":${"[".repeat(70)}${"]".repeat(70)}}`, "too-deep", ""],
    ['{"cmd":"register_broadcast","bid":""}', "bad-name", ""],
  ])("B1: %s", (text, code, remedy) => {
    for (const dialect of ["classic", "cloud"] as const) {
      const told = previewText(text, as(dialect));
      expect(told).toMatchObject({ tone: "bad", code });
      expect(told.headline).toStartWith("Dropped: ");
      expect(told.detail).toContain(remedy);
      expect(told.detail).not.toBe("");
    }
  });

  test("B2: a login or join without a valid name is refused with a reply", () => {
    expect(previewText('{"setID":""}', classic).headline).toBe("The server will refuse the login.");
    expect(previewText('{"joinHub":"\\u0007"}', classic).headline).toBe('Refused with {"joinHub":"FAILED"}.');
  });

  test("R4: achex.2 refuses what legacy dialects drop, and unknown $ keys", () => {
    expect(previewText('{"$presense":true,"joinHub":"h"}', as("achex.2"))).toMatchObject({
      tone: "bad",
      code: "unknown-key",
    });
    expect(previewText('{"$Ref":1,"to":"a"}', as("achex.2")).detail).toBe('Did you mean "$ref"?');
    expect(previewText('{"msg":1}', as("achex.2")).headline).toStartWith("Refused: ");
  });

  test("L4: a frame above the limit would close the connection; the limit comes from the server's hello if there is one", () => {
    const text = `{"to":"a","x":"${"é".repeat(600_000)}"}`;
    expect(previewText(text, classic)).toMatchObject({ tone: "bad", headline: expect.stringContaining("1009") });
    expect(previewText('{"to":"abc"}', { ...classic, frameBytes: 5 }).headline).toContain("1009");
    expect(previewText(text, { ...classic, frameBytes: 0 }).tone).toBe("good");
  });

  test("hostile text gets a preview and never throws", () => {
    for (const text of [
      "",
      "\u0000",
      "\ud800",
      '{"__proto__":1}',
      "{".repeat(100_000),
      '{"a":'.repeat(5_000),
      "null",
      '"x"',
    ])
      expect(previewText(text, classic).tone).toBe("bad");
  });
});

test("B3, R40: legacy dialects drop binary frames, achex.2 reads them", () => {
  const bytes = bytesOf("000d 7b22746f223a22416c6578227d 01 02 ff") ?? new Uint8Array();
  expect(previewBinary(bytes, classic)).toMatchObject({ tone: "bad", code: "binary" });
  expect(previewBinary(bytes, as("achex.2"))).toMatchObject({
    tone: "good",
    headline: "To everyone logged in as “Alex”.",
  });
  expect(previewBinary(Uint8Array.of(1), as("achex.2"))).toMatchObject({ tone: "bad", code: "bad-binary" });
});

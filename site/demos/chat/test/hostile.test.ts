// cspell:ignore größe agpj שלום עליכם नमस्ते аррӏе
import { describe, expect, test } from "bun:test";
import { Fault } from "@achex/client";
import fc from "fast-check";
import { imageHeader } from "../../shared/images/image-header.ts";
import { cleanText, piecesOf, shownAddress } from "../rules/clean.ts";
// cspell:ignore größe agpj שלום עליכם नमस्ते аррӏе
import { describeImage, pictureFrom } from "../rules/image.ts";
import { failureOf, sendingText, sentAs } from "../rules/sending.ts";
import { EXPIRE, OwnTyping, REPEAT, STOP, Typists, typingText } from "../rules/typing.ts";
import { images } from "./kit/notes.ts";

const links = (text: string) => piecesOf(text).flatMap((piece) => ("href" in piece ? piece.href : []));
const shown = (text: string) =>
  piecesOf(text)
    .map((piece) => ("href" in piece ? shownAddress(piece.href) : piece.text))
    .join("");

describe("text", () => {
  test("links are http, https and mail, and say where they lead", () => {
    expect(links("see https://example.org/a?b=1, www.example.com or a@example.org")).toEqual([
      ...["https://example.org/a?b=1", "https://www.example.com/", "mailto:a@example.org"],
    ]);
    for (const text of [
      "javascript:alert(1)",
      "data:text/html,<script>alert(1)</script>",
      "vbscript:x",
      "blob:https://a.example/1",
      "file:///etc/passwd",
    ])
      expect(links(text).filter((href) => !href.startsWith("http"))).toEqual([]);
    expect(links("https://bank.example@evil.example/login")).not.toContain("https://bank.example@evil.example/login");
  });

  test("a host with letters that look alike is shown as the browser reads it", () => {
    expect(shown("https://аррӏе.com/")).toContain("xn--");
    expect(shown("https://example.org/größe")).toContain("größe");
    expect(shown("https://example.org/%E2%80%AEgpj.exe")).toBe("example.org/gpj.exe");
  });

  test("HTML stays text", () => {
    expect(piecesOf("<script>alert(1)</script><img src=x onerror=alert(1)>")).toEqual([
      { text: "<script>alert(1)</script><img src=x onerror=alert(1)>" },
    ]);
  });

  test("has no characters that turn it around, hide or pile up; words of right-to-left scripts stay", () => {
    expect(cleanText("a\u202egpj.exe\u202c \u2066b\u2069")).toBe("agpj.exe b");
    expect(cleanText("a\u0000b\u200bc\u2028d".replace("\u200b", "")).includes("\u0000")).toBe(false);
    expect([...cleanText(`z${"\u0335".repeat(500)}`)].length).toBe(5);
    expect(cleanText("שלום עליכם 👩‍🚀 नमस्ते\n\tx")).toBe("שלום עליכם 👩‍🚀 नमस्ते\n\tx");
  });

  test("any text gives pieces with nothing but safe links", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => {
        for (const href of links(text)) expect(["http:", "https:", "mailto:"]).toContain(new URL(href).protocol);
      }),
    );
  });
});

describe("images", () => {
  test("are what their first bytes say: never SVG, never too large to unpack", () => {
    expect(describeImage(images.png(20, 10))).toMatchObject({ type: "image/png", width: 20, height: 10 });
    expect(describeImage(images.gif(7, 9))).toMatchObject({ type: "image/gif", width: 7, height: 9 });
    expect(describeImage(images.avif(64, 32))).toMatchObject({ type: "image/avif", width: 64, height: 32 });
    for (const bytes of [
      images.svg(),
      images.png(60_000, 60_000),
      images.png(0, 5),
      new Uint8Array(0),
      new TextEncoder().encode("<!doctype html>"),
    ])
      expect(describeImage(bytes)).toBeUndefined();
    expect(imageHeader(images.png(2_000, 2_000), 1_999)).toBeUndefined();
  });

  test("are shown only if they are what the author signed", () => {
    const bytes = images.png(20, 10);
    const signed = describeImage(bytes);
    if (!signed) throw new Error("it is one");
    expect(pictureFrom(signed, bytes)).toMatchObject({ width: 20 });
    expect(pictureFrom(signed, undefined)).toBe("an image without bytes");
    expect(pictureFrom(signed, images.svg())).toContain("not an image");
    expect(pictureFrom(signed, images.png(20, 11))).toContain("another image");
    expect(pictureFrom({ ...signed, width: 4_000 }, bytes)).toContain("another image");
  });

  test("any bytes are an image or none, without an error", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void describeImage(Uint8Array.from(bytes))));
  });
});

describe("the state of an own message", () => {
  test("says who has got it, and who may still", () => {
    expect(sendingText({ kind: "waiting" }, false)).toBe("Waiting for the connection");
    expect(sendingText(sentAs({ taken: 2, held: 1, seq: 5 }), false)).toBe("Delivered to 2 (1 reconnecting) · kept");
    expect(sendingText(sentAs({ taken: 0, seq: 5 }), false)).toBe("Kept for those who come later");
    expect(sendingText(sentAs({ taken: 0 }), false)).toContain("nobody has got this");
    expect(sendingText(sentAs({ taken: 0, kept: true, seq: 5 }), true)).toBe("Waits in their inbox");
    expect(sendingText(sentAs({ taken: 1 }), true)).toBe("Delivered");
  });

  test("says why it failed, and what to do", () => {
    const offline = failureOf(new Fault("no-such-name", "Nobody."), true);
    expect(sendingText(offline, true)).toContain("offline, and this relay keeps no inbox");
    expect(sendingText(failureOf(new Error("disk full"), false), false)).toBe("Not sent. Error: disk full");
  });
});

describe("typing marks", () => {
  test("are told at once, repeated every 30 s, and end after 12 s or when the text is sent", () => {
    const typing = new OwnTyping();
    expect([typing.pressed(0), typing.pressed(1_000), typing.pressed(REPEAT)]).toEqual([true, false, true]);
    expect([
      typing.ended(REPEAT + STOP - 1, false),
      typing.ended(REPEAT + STOP, false),
      typing.ended(REPEAT + STOP, true),
    ]).toEqual([false, true, false]);
  });

  test("are forgotten after 45 s, and a crowd does not fill the memory", () => {
    const typists = new Typists();
    for (let sid = 0; sid < 1_000; sid++) typists.set(sid, true, sid);
    expect(typists.at(1_000).length).toBe(50);
    expect(typists.at(EXPIRE + 2_000)).toEqual([]);
    expect(typingText(["Ann", "Bob"])).toBe("Ann and Bob are typing…");
    expect(typingText(["a", "b", "c"])).toBe("3 people are typing…");
  });
});

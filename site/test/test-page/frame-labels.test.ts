import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Entry, NewEntry } from "../../pages/test/model/entry.ts";
import { sizeText } from "../../pages/test/model/format.ts";
import { labelIn, labelOut } from "../../pages/test/model/frame-labels.ts";
import { frameSpans, rowSpans, stampStart } from "../../pages/test/model/frame-text.ts";
import { bytesOf, hexLines, hexOf } from "../../pages/test/model/hex.ts";
import { addSample, summarize } from "../../pages/test/model/latency-samples.ts";
import { exportLog, importLog, replaySteps } from "../../pages/test/model/log-file.ts";
import { masked, unmasked } from "../../pages/test/model/password-mask.ts";
import { latencyIn, newSession, updateSession } from "../../pages/test/model/session-info.ts";

const text = (direction: "in" | "out", frame: string, number = 1): Entry => ({
  kind: "text",
  direction,
  number,
  at: 1_000,
  size: frame.length,
  text: frame,
});
const STAMPED = '{"to":"Al","n":12345678901234567890,"n":1,"sID":15,"FROM":"b\\"ob"}';

describe("labels of received frames", () => {
  test("S1: the stamp is found at the end only", () => {
    expect(STAMPED.slice(stampStart(STAMPED))).toBe(',"sID":15,"FROM":"b\\"ob"}');
    expect(stampStart('{"a":1}')).toBe(7);
    expect(stampStart('{"toH":"h","$seq":9,"sID":1,"FROM":"Bob","$seq":7}')).toBe(19);
    expect(stampStart('{"a":{"x":1,"sID":1,"FROM":"n"}}')).toBe(32);
  });

  test.each([
    ['{"SID":14}', "greeting: session 14"],
    ['{"auth":"ok"}', "logged in"],
    ['{"auth":"FAILED","REASON":"x"}', "login refused"],
    ['{"joinHub":"FAILED"}', "not joined"],
    ['{"leftHub":"h","user":"Bob","sID":1}', "Bob left h"],
    ['{"ltcy":"47ms"}', "latency 47ms"],
    ['{"toH":"h","auth":"ok","sID":1,"FROM":"Bob"}', "message to hub h from Bob"],
    ['{"$ref":1,"$result":{"taken":1}}', "result of 1"],
    ['{"toH":"h","n":1,"sID":1,"FROM":"Bob","$seq":7}', "message 7 to hub h from Bob"],
    ['{"$kept":{"hub":"h","epoch":"e.1","first":3,"head":9,"missed":2}}', "kept hub h: holds 3 to 9, 2 missed"],
    ['{"$kept":{"name":"Ann","epoch":"e","first":1,"head":0}}', "kept inbox of Ann: holds nothing"],
    [
      '{"$kept":{"bc":"b","epoch":"e","first":1,"head":1,"reset":true}}',
      "kept broadcast b: holds 1 to 1, another epoch",
    ],
    ['{"$ref":2,"$result":{"epoch":"e","first":1,"head":1,"messages":[{}]}}', "history: 1 message, result of 2"],
    ['{"$fault":{"code":"no-verb"}}', "fault"],
    ["hello", "text"],
  ])("R3: %s is %s", (frame, label) => {
    expect(labelIn(frame)).toBe(label);
  });

  test("labels of sent frames", () => {
    expect(labelOut('{"setID":"Ann"}')).toBe("log in as Ann");
    expect([labelOut("ping"), labelOut("ping!")]).toEqual(["latency request", "not JSON"]);
    expect(labelOut('{"bc":"r"}')).toBe("message to broadcast r");
    expect(labelOut('{"serverstat":1}')).toBe("serverstat");
  });
});

describe("session information", () => {
  const told = (...entries: readonly Entry[]) => entries.reduce(updateSession, newSession("cloud"));

  test("K1, K3: classic", () => {
    expect(told(text("in", '{"SID":14}'), text("out", '{"setID":"A"}'), text("in", '{"auth":"ok"}'))).toMatchObject({
      dialect: "classic",
      sid: 14,
      name: "A",
    });
  });

  test("C4, C5, A6: cloud; a refused login changes nothing", () => {
    const logins = [text("out", '{"auth":"A"}'), text("out", '{"auth":"B"}')];
    expect(told(...logins, text("in", '{"auth":"OK","SID":7}'), text("in", '{"auth":"FAILED"}'))).toMatchObject({
      sid: 7,
      name: "A",
      pendingLogins: [],
    });
  });

  test("R5, R10: the achex.2 hello contains limits; a refused login removes the name", () => {
    const hello = text("in", '{"$hello":{"sid":3,"limits":{"frame":99,"bad":"x"}}}');
    expect(told(hello, text("out", '{"setID":"A"}'))).toMatchObject({
      dialect: "achex.2",
      sid: 3,
      name: "A",
      limits: { frame: 99 },
    });
    expect(
      told(hello, text("out", '{"setID":"A"}'), text("in", '{"$fault":{"code":"name-claimed"}}')).name,
    ).toBeUndefined();
  });

  test("R3: a message cannot pass for a reply", () => {
    const forged = text("in", '{"to":"A","SID":9,"auth":"ok","ltcy":"1ms","sID":1,"FROM":"Eve"}');
    expect(told(text("out", '{"auth":"A"}'), forged)).toMatchObject({ sid: undefined, name: undefined });
    expect(latencyIn(forged)).toBeUndefined();
  });

  test("K11, R14: the latency", () => {
    expect(latencyIn(text("in", '{"ltcy":"47ms"}'))).toBe(47);
    expect(latencyIn(text("in", '{"$ref":1,"$result":{"milliseconds":3}}'))).toBe(3);
    expect(latencyIn(text("in", '{"ltcy":"soon"}'))).toBeUndefined();
    const samples = [9, 1, 5].map((server, at) => ({ at, server, roundTrip: undefined }));
    expect(summarize(samples, "server")).toEqual({ last: 5, median: 5, max: 9, count: 3 });
    expect(summarize(samples, "roundTrip")).toBeUndefined();
    expect(addSample(Array(600).fill(samples[0]), { at: 7, server: 1, roundTrip: 2 }).length).toBe(600);
  });
});

describe("displaying a frame", () => {
  const shown = (frame: string, pretty: boolean) =>
    frameSpans(frame, true, pretty)
      .map((part) => part.text)
      .join("");

  test("V4: formatting keeps every token as written, including duplicate keys and large numbers", () => {
    expect(shown(STAMPED, true)).toBe(
      '{\n  "to": "Al",\n  "n": 12345678901234567890,\n  "n": 1,\n  "sID": 15,\n  "FROM": "b\\"ob"\n}',
    );
    expect(frameSpans(STAMPED, true, true).at(-1)).toMatchObject({
      kind: "stamp",
      text: expect.stringContaining("FROM"),
    });
    expect(shown(STAMPED, false)).toBe(STAMPED);
  });

  test("any JSON stays the same JSON", () => {
    fc.assert(
      fc.property(fc.json(), (json) => {
        const pretty = frameSpans(json, false, true)
          .map((part) => part.text)
          .join("");
        expect(JSON.parse(pretty)).toEqual(JSON.parse(json));
      }),
    );
  });

  test("bidirectional marks and control characters are escaped", () => {
    for (const frame of ["\u202eevil\u0007", "\u2067\u0085"]) {
      expect(
        rowSpans(frame, true)
          .map((part) => part.text)
          .join(""),
      ).not.toMatch(/[\p{Cc}\u202e\u2067]/u);
      expect(shown(frame, true)).not.toMatch(/[\p{Cc}\u202e\u2067]/u);
    }
  });

  test("a row shows the beginning and the stamp of a frame of a megabyte", () => {
    const frame = `{"x":"${"y".repeat(1_000_000)}","sID":1,"FROM":"A"}`;
    const row = rowSpans(frame, true)
      .map((part) => part.text)
      .join("");
    expect(row.length).toBeLessThan(400);
    expect(row).toEndWith('…,"sID":1,"FROM":"A"}');
    expect(shown(frame, true)).toContain("more characters");
  });

  test("bytes to hex and back", () => {
    expect(hexLines(Uint8Array.from({ length: 18 }, (_, i) => i + 60))).toBe(
      "000000  3c 3d 3e 3f 40 41 42 43 44 45 46 47 48 49 4a 4b  <=>?@ABCDEFGHIJK\n000010  4c 4d                                            LM",
    );
    expect(bytesOf("0x00, FF:7b")).toEqual(Uint8Array.of(0, 255, 123));
    expect([bytesOf("0"), bytesOf("zz")]).toEqual([undefined, undefined]);
    fc.assert(fc.property(fc.uint8Array(), (bytes) => expect(bytesOf(hexOf(bytes))).toEqual(new Uint8Array(bytes))));
  });

  test("sizes", () => {
    expect([0, 999, 1_500, 999_949, 999_951, 1_048_576].map(sizeText)).toEqual([
      "0 B",
      "999 B",
      "1.5 kB",
      "999.9 kB",
      "1.0 MB",
      "1.0 MB",
    ]);
  });
});

describe("files", () => {
  const entries: readonly Entry[] = [
    {
      kind: "event",
      direction: "event",
      number: 1,
      at: 1_000,
      size: 0,
      tone: "bad",
      text: "closed",
      code: 1008,
      reason: "flood",
    },
    text("out", '{"setID":"A","passwd":"secret"}', 2),
    { ...text("out", "ping\n", 3), at: 1_500 },
    { kind: "binary", direction: "out", number: 4, at: 9_000, size: 2, bytes: Uint8Array.of(1, 255) },
    text("in", "\u2028", 5),
  ];

  test("an exported log can be imported; passwords are masked and restored from the page", () => {
    const file = exportLog(entries);
    expect(file.trimEnd().split("\n").length).toBe(5);
    expect(file).not.toContain("secret");
    const read = importLog(file);
    expect(read.problem).toBeUndefined();
    expect(exportLog(read.entries.map((entry, index) => ({ ...entry, number: index + 1 })))).toBe(file);
    const [, login] = read.entries;
    expect(login?.kind === "text" && unmasked(login.text, 'p"w')).toBe('{"setID":"A","passwd":"p\\"w"}');
  });

  test("only an empty password needs no mask", () => {
    expect(masked('{"passwd":"","password" : "x","p":"passwd"}')).toBe(
      '{"passwd":"","password" : "<password>","p":"passwd"}',
    );
  });

  test("a replay sends the same frames with the same pauses, long ones shortened", () => {
    expect(replaySteps(importLog(exportLog(entries)).entries).map(({ pause }) => pause)).toEqual([0, 500, 2_000]);
  });

  test("an invalid line is reported and valid ones are imported", () => {
    const line = '{"time":"2026-01-01T00:00:00Z","direction":"out","text":"ping"}';
    const { entries: read, problem } = importLog(`${line}\n{"x":1}\n{\n\n${line}`);
    expect(read.length).toBe(2);
    expect(problem).toContain("Line 2");
    fc.assert(fc.property(fc.string(), (any) => void importLog(any)));
  });

  test("any frames survive export and import", () => {
    const frames = fc.array(fc.record({ frame: fc.string({ unit: "grapheme" }), at: fc.nat() }));
    fc.assert(
      fc.property(frames, (all) => {
        const made: Entry[] = all.map(({ frame, at }, index) => ({ ...text("out", frame, index), at }));
        const read: readonly NewEntry[] = importLog(exportLog(made)).entries;
        expect(read.map((entry) => entry.kind === "text" && entry.text)).toEqual(
          made.map((entry) => entry.kind === "text" && masked(entry.text)),
        );
      }),
    );
  });
});

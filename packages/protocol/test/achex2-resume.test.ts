import { describe, expect, test } from "bun:test";
import { isCountedFromClient, isCountedFromServer } from "../src/achex2/counted.ts";
import { parseAchex2 } from "../src/achex2/parse.ts";
import {
  awayFrame,
  parseResume,
  parseSeen,
  resumableFrame,
  resumedFrame,
  resumeGapFrame,
  seenFrame,
  watchedFrame,
} from "../src/achex2/resume.ts";
import { faultFrame, helloFrame, resultFrame } from "../src/index.ts";

const token = "A".repeat(43);
const resume = (members: object): string => JSON.stringify({ $resume: members });

describe("[R70 R73 R79] the first frame", () => {
  test("[R70 R79] makes a session resumable in two forms", () => {
    expect(parseResume('{"$resume":true}')).toEqual({ kind: "enable", reload: false });
    expect(parseResume('{"$resume":{"reload":true}}')).toEqual({ kind: "enable", reload: true });
  });

  test("[R73 R79] resumes a session with token, generation and count", () => {
    const wanted = { kind: "resume", token, generation: 1, received: 0, reload: false };
    expect<unknown>(parseResume(resume({ token, generation: 1, received: 0 }))).toEqual(wanted);
    expect<unknown>(parseResume(resume({ reload: true, received: 7, generation: 2, token }))).toEqual({
      ...wanted,
      generation: 2,
      received: 7,
      reload: true,
    });
  });

  test.each([
    {},
    { reload: false },
    { reload: true, window: 5 },
    { token },
    { token, generation: 1 },
    { token, received: 1 },
    { token: token.slice(1), generation: 1, received: 1 },
    { token: `${token}A`, generation: 1, received: 1 },
    { token: `${token.slice(1)}+`, generation: 1, received: 1 },
    { token: 7, generation: 1, received: 1 },
    { token, generation: -1, received: 1 },
    { token, generation: 1.5, received: 1 },
    { token, generation: "1", received: 1 },
    { token, generation: 1, received: 1, name: "Ann" },
  ])("[R73] is refused when it is malformed: %j", (members) => {
    expect(parseResume(resume(members))).toBe("bad-value");
  });

  test.each([-1, 1.5, 2 ** 53, "1", null, true])("[R73] is refused when its count cannot be one: %j", (received) => {
    expect(parseResume(resume({ token, generation: 1, received }))).toBe("bad-count");
  });

  test("[R70] is another frame unless it begins as written", () => {
    for (const text of ['{ "$resume":true}', '{"$ref":1,"$resume":true}', '{"setID":"Ann"}', "", "ping"])
      expect(parseResume(text)).toBeUndefined();
    for (const text of ['{"$resume":true,"to":"Ann"}', '{"$resume":true', '{"$resume":false}', '{"$resume":null}'])
      expect(parseResume(text)).toBe("bad-value");
    expect(parseResume(`{"$resume":${"[".repeat(100_000)}`)).toBe("bad-value");
  });

  test("[R70 R4] anywhere else is a request of its own, or out of place", () => {
    expect(parseAchex2('{"$resume":true}').request).toEqual({
      verb: "resume",
      resume: { kind: "enable", reload: false },
    });
    expect(parseAchex2('{"$ref":1,"$resume":true}')).toMatchObject({ ref: 1, request: { verb: "resume" } });
    for (const text of ['{"to":"Ann","$resume":true}', '{"$time":true,"$resume":true}', '{"$resume":1}'])
      expect(parseAchex2(text).request).toEqual({ verb: "refused", code: "bad-value" });
  });
});

describe("[R72] $seen", () => {
  test("[R72] is written as it is read", () => {
    expect(seenFrame({ received: 310, sent: 57 })).toBe('{"$seen":{"received":310,"sent":57}}');
    for (const counts of [
      { received: 0, sent: 0 },
      { received: 2 ** 53 - 1, sent: 1 },
    ])
      expect(parseSeen(seenFrame(counts))).toEqual(counts);
  });

  test.each([
    '{"$seen":{}}',
    '{"$seen":{"received":1}}',
    '{"$seen":{"received":-1,"sent":1}}',
    '{"$seen":{"received":1.5,"sent":1}}',
    '{"$seen":{"received":9007199254740992,"sent":1}}',
    '{"$seen":{"received":1,"sent":"1"}}',
    '{"$seen":{"received":1,"sent":1,"more":1}}',
    '{"$seen":{"received":1,"sent":1},"to":"Ann"}',
    '{"$seen":{"received":1,"sent":1}',
    '{"$seen":[1,1]}',
    '{"$seen":null}',
    `{"$seen":{"received":1,"sent":1}${" ".repeat(300)}}`,
  ])("[R72] is refused when it is malformed: %s", (text) => {
    expect(parseSeen(text)).toBeUndefined();
  });

  test("[R72] is a request of its own for the parser", () => {
    expect(parseAchex2('{"$ref":1,"$seen":{"received":1,"sent":2}}')).toMatchObject({
      ref: 1,
      request: { verb: "seen", counts: { received: 1, sent: 2 } },
    });
    expect(parseAchex2('{"$seen":{"received":-1,"sent":2}}').request).toEqual({ verb: "refused", code: "bad-count" });
  });
});

describe("[R71] what counts", () => {
  test.each([
    ['{"$seen":{"received":1,"sent":1}}', false],
    ['{"$seen":nonsense', false],
    ['{"$resume":true}', false],
    ['{"$time":true}', false],
    ['{"$time":true} ', true],
    ['{"$time":true,"$ref":1}', true],
    ['{"$ref":1,"$time":true}', true],
    [' {"$seen":{"received":1,"sent":1}}', true],
    ['{"$seenX":1}', true],
    ['{"$ref":1,"to":"Ann"}', true],
    ['{"to":"Ann"}', true],
    ["ping", true],
    ["", true],
    ["{", true],
  ])("[R71] of a client's frames: %s %p", (text, counted) => {
    expect(isCountedFromClient(text)).toBe(counted);
  });

  test("[R71] every binary frame of a client", () => {
    expect(isCountedFromClient(new TextEncoder().encode('{"$seen":{"received":1,"sent":1}}'))).toBe(true);
  });

  const member = { kind: "hub", channel: "h", name: "Bob", sid: 15 } as const;
  const hello = { sid: 1, version: "1", instance: "root", time: 1, heartbeat: 15, limits: {} };

  test.each([
    [helloFrame(hello), false],
    [resumedFrame({ ...hello, name: "Ann", received: 57, replay: 12 }), false],
    [resumableFrame(token, 120), false],
    [seenFrame({ received: 1, sent: 1 }), false],
    [awayFrame("$away", member), false],
    [awayFrame("$back", { ...member, kind: "broadcast" }), false],
    [watchedFrame(["Bob"]), false],
    ['{"$time":1764000000000}', false],
    ['{"$online":"Bob"}', false],
    ['{"$report":{"frame":1}}', false],
    ['{"$roster":{"hub":"h","count":0,"members":[]}}', false],
    // A message of a legacy dialect may have any key in any place.
    ['{"$roster":1,"to":"Ann","sID":1,"FROM":"Bob"}', true],
    [resultFrame(1, '{"time":1}'), true],
    [faultFrame(1, "no-such-name"), true],
    [resumeGapFrame(3), true],
    ['{"$call":{"cancel":7},"sID":3}', true],
    ['{"$answer":{"id":7,"fault":{}}}', true],
    ['{"leftHub":"6542","user":"Bob","sID":46923}', true],
    ['{"ltcy":"47ms"}', true],
    ['{"echo":true,"$roster":1}', true],
    ['{"to":"Ann","sID":1,"FROM":"Bob"}', true],
    ["{}", true],
  ])("[R71] of the server's frames: %s %p", (text, counted) => {
    expect(isCountedFromServer(JSON.parse(text))).toBe(counted);
  });
});

test("[R73 R76 R80] frames of the server are as PROTOCOL.md shows them", () => {
  expect(resumableFrame(token, 120)).toBe(`{"$resumable":{"token":"${token}","window":120}}`);
  expect(awayFrame("$away", { kind: "hub", channel: "h", name: "Bob", sid: 15 })).toBe(
    '{"$away":{"hub":"h","name":"Bob","sid":15}}',
  );
  expect(awayFrame("$back", { kind: "broadcast", channel: "b", name: "Bob", sid: 15 })).toBe(
    '{"$back":{"bc":"b","name":"Bob","sid":15}}',
  );
  expect(watchedFrame(["Bob"])).toBe('{"$watched":{"online":["Bob"]}}');
  expect(JSON.parse(resumeGapFrame(312))).toMatchObject({ $fault: { code: "resume-gap", retry: false, missing: 312 } });
  expect(Object.keys(JSON.parse(resumeGapFrame(312)).$fault).at(-1)).toBe("missing");
});

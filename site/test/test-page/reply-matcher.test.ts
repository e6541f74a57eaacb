import { describe, expect, test } from "bun:test";
import { parse, parseAchex2 } from "@achex/protocol";
import type { Entry, NewEntry } from "../../pages/test/model/entry.ts";
import { clockOffset, ReplyMatcher } from "../../pages/test/model/reply-matcher.ts";
import { newSession, sampleIn, updateSession } from "../../pages/test/model/session-info.ts";

const got = (text: string, at: number): NewEntry => ({ kind: "text", direction: "in", at, size: text.length, text });

/** Requests with their times, then replies; returns the number of the request each reply answers, and the milliseconds it took. */
function matches(questions: readonly [string, number][], answers: readonly [string, number][], achex2 = false) {
  const matcher = new ReplyMatcher();
  for (const [index, [text, at]] of questions.entries()) {
    const { request, ref } = achex2 ? parseAchex2(text) : { request: parse(text), ref: undefined };
    matcher.sent({ verb: request.verb, ref, number: index + 1, at }, !achex2);
  }
  return answers.map(([text, at]) => {
    const found = matcher.answered(got(text, at))?.request;
    return found && [found.number, found.milliseconds];
  });
}

const LTCY = '{"ltcy":"1ms"}';

describe("matching replies to requests", () => {
  test("K10, K11a: each form of the latency request gets its own reply, in order", () => {
    const forms = ["ping", "latency", '{"ping":1}', '{"cmd":"latency"}'];
    expect(
      matches(
        forms.map((form, index) => [form, index]),
        [10, 11, 12, 13, 14].map((at) => [LTCY, at]),
      ),
    ).toEqual([[1, 10], [2, 10], [3, 10], [4, 10], undefined]);
  });

  test("K11a: an unanswered request does not take the reply of the next one", () => {
    expect(
      matches(
        [
          ["ping", 0],
          ["ping", 30_000],
        ],
        [[LTCY, 30_004]],
      ),
    ).toEqual([[2, 4]]);
  });

  test("R6, R14, R16: achex.2 replies match by $ref in any order; $time also matches without one", () => {
    const questions: [string, number][] = [
      ['{"$ref":7,"ping":true}', 0],
      ['{"$ref":8,"to":"Bob"}', 1],
      ['{"$time":true}', 2],
      ["ping", 3],
    ];
    const answers: [string, number][] = [
      ['{"$ref":8,"$fault":{"code":"no-such-name"}}', 5],
      ['{"$time":1764000000000}', 6],
      ['{"$ref":7,"$result":{"milliseconds":3}}', 9],
      [LTCY, 10],
      ['{"$ref":7,"$result":{}}', 11],
    ];
    expect(matches(questions, answers, true)).toEqual([[2, 4], [3, 4], [1, 9], [4, 7], undefined]);
  });

  test("R3: a message that looks like a reply is not matched", () => {
    const forged = '{"to":"Ann","ltcy":"1ms","sID":1,"FROM":"Eve"}';
    expect(
      matches(
        [["ping", 0]],
        [
          [forged, 1],
          [LTCY, 2],
        ],
      ),
    ).toEqual([undefined, [1, 2]]);
  });

  test("a message is not waited for", () => {
    expect(matches([['{"to":"Ann","msg":"ping"}', 0]], [[LTCY, 1]])).toEqual([undefined]);
  });
});

describe("latency and clock offset in replies", () => {
  const answer = (text: string, milliseconds?: number): Entry => ({
    ...got(text, 1_000),
    kind: "text",
    direction: "in",
    text,
    number: 2,
    ...(milliseconds === undefined ? {} : { answers: { number: 1, asked: 1_000 - milliseconds, milliseconds } }),
  });

  test("K11, R14, R16: latency measured by the server and by the page", () => {
    expect(sampleIn(answer(LTCY, 5))).toEqual({ at: 1_000, server: 1, roundTrip: 5 });
    expect(sampleIn(answer(LTCY))).toEqual({ at: 1_000, server: 1, roundTrip: undefined });
    expect(sampleIn(answer('{"$time":99}', 4))).toEqual({ at: 1_000, server: undefined, roundTrip: 4 });
    expect(sampleIn(answer('{"$ref":1,"$result":{"milliseconds":3}}', 4))?.server).toBe(3);
    expect(sampleIn(answer('{"$ref":1,"$result":{"taken":1}}', 4))).toBeUndefined();
    expect(updateSession(newSession("achex.2"), answer('{"$time":99}', 4)).name).toBeUndefined();
  });

  test("R16: the clock offset assumes equal times for request and reply", () => {
    const { answers } = { answers: { number: 1, asked: 900, milliseconds: 100 } };
    expect(clockOffset('{"$time":1000}', 1_000, answers)).toBe(50);
    expect(clockOffset('{"$ref":1,"$result":{"time":900}}', 1_000, answers)).toBe(-50);
    expect(clockOffset(LTCY, 1_000, answers)).toBeUndefined();
  });
});

import { describe, expect, test } from "bun:test";
import { loginReply, sessionId } from "../../legacy/frames.ts";
import { Memberships } from "../../legacy/memberships.ts";

const after = (...frames: string[]) => {
  const memberships = new Memberships();
  for (const frame of frames) memberships.record(frame);
  return memberships;
};

describe("memberships of a page, and how they are restored", () => {
  test("C6, K4: hubs and broadcasts, each once, as they were asked for", () => {
    const join = '{"joinHub":"6542","passwd":"x"}';
    const register = '{"cmd":"register_broadcast","bid":"room"}';
    expect(after(join, register, join).rejoin()).toEqual([join, register]);
  });

  test("C11, K14: what was left is not joined again", () => {
    const left = after('{"joinHub":1}', '{"leaveHub":"1"}', '{"cmd":"register_broadcast","bid":"b"}');
    left.record('{"cmd":"unregister_broadcast","bid":"b"}');
    expect(left.rejoin()).toEqual([]);
  });

  test("V2: a message that carries these words is a message", () => {
    expect(after('{"to":"Bob","joinHub":"x"}', '{"toH":"h","cmd":"register_broadcast","bid":"b"}').rejoin()).toEqual(
      [],
    );
  });

  test("text that is not JSON is not a membership", () => {
    expect(after("joinHub", "[1]", '"joinHub"', "null").rejoin()).toEqual([]);
  });

  test("V5: as many answers as joins were repeated are not the page's, the next one is", () => {
    const memberships = after('{"joinHub":"a"}', '{"joinHub":"b"}', '{"cmd":"register_broadcast","bid":"c"}');
    const ok = { joinHub: "OK" };
    expect(memberships.isRejoinReply(ok)).toBe(false);
    memberships.rejoin();
    expect(memberships.isRejoinReply({ msg: "hi", joinHub: "OK", FROM: "Bob" })).toBe(false);
    expect([ok, ok, ok].map((frame) => memberships.isRejoinReply(frame))).toEqual([true, true, false]);
  });
});

describe("answers to a login", () => {
  test("K3, C4: both words for yes", () => {
    expect(loginReply({ auth: "ok" })).toEqual({ kind: "granted" });
    expect(loginReply({ auth: "OK", SID: 7 })).toEqual({ kind: "granted" });
  });

  test("A5, C5: both words for no, with the reason", () => {
    expect(loginReply({ auth: "failed", reason: "wrong" })).toEqual({ kind: "refused", reason: "wrong" });
    expect(loginReply({ auth: "FAILED", REASON: "wrong" })).toEqual({ kind: "refused", reason: "wrong" });
  });

  test("a message with these keys is neither", () => {
    expect(loginReply({ auth: "ok", FROM: "Bob", sID: 3 })).toBeUndefined();
    expect(loginReply({ auth: 1 })).toBeUndefined();
    expect(loginReply({ SID: 3 })).toBeUndefined();
    expect(sessionId({ SID: 3, FROM: "Bob" })).toBeUndefined();
    expect([sessionId({ SID: 14 }), sessionId({ SID: "14" })]).toEqual([14, undefined]);
  });
});

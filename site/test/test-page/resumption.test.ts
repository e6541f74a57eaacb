import { describe, expect, test } from "bun:test";
import { masked } from "../../pages/test/model/password-mask.ts";
import { type FrameData, Resumption } from "../../pages/test/model/resumption.ts";
import { withoutToken, withToken } from "../../pages/test/model/token-mask.ts";

const token = "t".repeat(43);
const RESUMABLE = JSON.stringify({ $resumable: { token, window: 120 } });
const message = (n: number): string => `{"to":"Ann","n":${n},"sID":2,"FROM":"Bob"}`;

function started(): Resumption {
  const made = new Resumption();
  made.sent('{"$resume":true}');
  made.received('{"$hello":{"sid":1}}');
  expect(made.received(RESUMABLE)).toEqual({ kind: "resumable" });
  return made;
}

describe("the counts of a resumable session", () => {
  test("[R70 R71] start with the first frame; frames of the closed lists do not count", () => {
    const made = started();
    for (const text of ['{"setID":"Ann"}', '{"$time":true}', '{"$seen":{"received":0,"sent":0}}', "ping"])
      made.sent(text);
    made.sent(Uint8Array.of(0));
    const received: readonly FrameData[] = [
      message(1),
      '{"$joined":{"hub":"h","name":"Bob","sid":2}}',
      '{"$ref":1,"$result":{"taken":1}}',
      '{"$joined":1,"to":"Ann","sID":2,"FROM":"Bob"}',
      Uint8Array.of(0),
    ];
    for (const data of received) made.received(data);
    expect(made.counts).toEqual({ received: 4, sent: 3 });
    expect(made.acknowledgement()).toBe('{"$seen":{"received":4,"sent":3}}');
  });

  test("[R72] are acknowledged after 256 frames or 64 KiB at once, and earlier ones later", () => {
    const made = started();
    expect(made.unseen).toBe("none");
    for (let n = 1; n < 256; n++) made.received(message(n));
    expect(made.unseen).toBe("some");
    made.received(message(256));
    expect(made.unseen).toBe("many");
    made.acknowledgement();
    expect(made.unseen).toBe("none");
    made.received(`{"to":"Ann","text":"${"x".repeat(70_000)}","sID":2,"FROM":"Bob"}`);
    expect(made.unseen).toBe("many");
  });

  test("[R72] a server that has sent another number of frames is noticed", () => {
    const made = started();
    made.received(message(1));
    expect(made.received('{"$seen":{"received":0,"sent":1}}')).toBeUndefined();
    expect(made.received('{"$seen":{"received":0,"sent":2}}')).toEqual({ kind: "mismatch", received: 1, claimed: 2 });
  });

  test("[R73] each attempt to resume has a larger generation, and what the server has not received is sent again", () => {
    const made = started();
    for (const text of ['{"setID":"Ann"}', '{"to":"Bob","n":1}', '{"to":"Bob","n":2}']) made.sent(text);
    made.received(message(1));
    made.received('{"$seen":{"received":1,"sent":1}}');
    expect(made.request()).toBe(JSON.stringify({ $resume: { token, generation: 1, received: 1 } }));
    expect(made.request()).toContain('"generation":2,');
    const event = made.received('{"$resumed":{"sid":1,"name":"Ann","received":2,"replay":3}}');
    expect(event).toEqual({ kind: "resumed", replayed: 3, again: ['{"to":"Bob","n":2}'] });
    made.sent('{"to":"Bob","n":2}');
    expect(made.counts).toEqual({ received: 1, sent: 3 });
  });

  test("[R73] without a token there is nothing to resume", () => {
    expect(new Resumption().request()).toBeUndefined();
  });
});

describe("a token", () => {
  const request = JSON.stringify({ $resume: { token, generation: 1, received: 7 } });

  test.each([RESUMABLE, request, `{ "$resume" : {"generation":1,"token" : "${token}"}}`])("is masked in %s", (text) => {
    expect(withoutToken(text)).not.toContain(token);
    expect(masked(text)).not.toContain(token);
    expect(withoutToken(text)).toContain('"<token>"');
  });

  test("is put back into a frame that resumes, and messages with such a key stay as they are", () => {
    expect(withToken(withoutToken(request), token)).toBe(request);
    expect(withToken(withoutToken(request), undefined)).toBe(withoutToken(request));
    const text = `{"to":"Ann","token":"${token}"}`;
    expect(withoutToken(text)).toBe(text);
    expect(withToken('{"to":"Ann","token":"<token>"}', token)).toBe('{"to":"Ann","token":"<token>"}');
  });
});

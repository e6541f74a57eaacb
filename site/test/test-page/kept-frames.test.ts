import { describe, expect, test } from "bun:test";
import { deliveredFrom, statusFrom, statusText, statusTone } from "../../pages/test/model/frame-status.ts";
import { keptView } from "../../pages/test/model/kept-frames.ts";

const page = (messages: unknown[], more = false) => ({
  $ref: 1,
  $result: { epoch: "e.1", first: 3, head: 9, messages, more },
});

describe("what the page shows of kept channels", () => {
  test("R142: a page of history is a table, with the payload alone", () => {
    const view = keptView(
      page([
        { toH: "h", msg: "hi", n: 1, sID: 4, FROM: "Ann", $seq: 8, $at: 0 },
        { toH: "h", sID: 4, FROM: "Bob", $seq: 9, $at: 0, $binary: "AQL/" },
      ]),
    );
    expect(view?.summary).toBe("2 messages. The channel holds 3 to 9, epoch e.1. There are no more in this direction.");
    expect(view?.messages.map(({ seq, from, payload }) => [seq, from, payload])).toEqual([
      ["8", "Ann", '{"msg":"hi","n":1}'],
      ["9", "Bob", "{} and 3 bytes"],
    ]);
  });

  test("R143, R144: `$kept` and the position of a join are sentences", () => {
    const kept = { hub: "h", epoch: "e.1", first: 1, head: 0 };
    expect(keptView({ $kept: kept })?.summary).toBe("Kept hub h: holds nothing. Epoch e.1.");
    const joined = { $ref: 1, $result: { count: 2, kept: { epoch: "e.1", seq: 5 } } };
    expect(keptView(joined)?.summary).toBe("Joined at position 5 of epoch e.1.");
  });

  test("other frames have none, and neither have messages with such keys (R3)", () => {
    for (const frame of [
      { $ref: 1, $result: { taken: 1 } },
      { $ref: 1, $result: { messages: [] } },
      { to: "A", ...page([]) },
    ])
      expect(keptView(frame)).toBeUndefined();
  });

  test("what anybody could send: control characters, long texts, other types, many messages", () => {
    const view = keptView(page([null, 5, { FROM: "\u001b[31m", $seq: "x", x: "y".repeat(500) }]));
    expect(view?.messages).toHaveLength(1);
    expect(view?.messages[0]).toMatchObject({ seq: "", from: "\\u001b[31m" });
    expect(view?.messages[0]?.payload.length).toBeLessThan(210);
    expect(keptView(page(Array.from({ length: 5_000 }, () => ({}))))?.messages).toHaveLength(200);
    expect(keptView({ $kept: { hub: {}, epoch: 5, first: "1", head: null, missed: "x" } })?.summary).toContain(
      "holds nothing",
    );
  });

  test("R141, R146: the status of a sent message says that it is stored, also if nobody is there, or that it is a repetition", () => {
    const texts = [
      { taken: 2, seq: 7 },
      { taken: 0, kept: true, seq: 8 },
      { taken: 1, held: 1, seq: 9 },
      { taken: 0, seq: 7, duplicate: true },
    ].map((result) => {
      const status = deliveredFrom(result);
      if (!status) throw new Error("no status");
      expect(statusFrom(JSON.parse(JSON.stringify(status)))).toEqual(status);
      return [statusText(status), statusTone(status)];
    });
    expect(texts).toEqual([
      ["Stored as 7 · Delivered to 2 clients", "good"],
      ["Stored as 8 · Delivered to 0 clients", "good"],
      ["Stored as 9 · Held for 1 client away", "good"],
      ["Repetition of 7: not delivered again", "good"],
    ]);
  });
});

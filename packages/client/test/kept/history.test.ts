import { describe, expect, test } from "bun:test";
import type { HistoryPage } from "../../src/index.ts";
import { textsOf } from "../../src/kept/texts-of.ts";
import { faultOf, outcomeOf, settled } from "../kit/scripted-client.ts";
import { keptRoom, stored } from "./kit.ts";

const numbers = ({ messages }: HistoryPage) => messages.map(({ data }) => data.n);

/** A room, and answers to its requests from a hub that holds the messages `first` to `head`. */
function room(first = 1, head = 10, epoch = "e") {
  const client = keptRoom();
  const { socket } = client.relay;
  const asked: unknown[] = [];
  const answer = (size = 200) => {
    const request = socket.take("$history");
    const { hub, last, after, before, limit = size } = Object(request.$history);
    asked.push(Object(request.$history));
    const held = Array.from({ length: head - first + 1 }, (_, index) => first + index);
    const most = Math.min(limit, size);
    const page =
      after === undefined
        ? held.filter((seq) => seq < (before ?? Number.POSITIVE_INFINITY)).slice(-(last ?? most))
        : held.filter((seq) => seq > after).slice(0, most);
    const more = after === undefined ? (page[0] ?? first) > first : (page.at(-1) ?? head) < head;
    const messages = page.map((seq) => stored(seq, { toH: hub, $at: 1_000 + seq }));
    socket.reply(request, { epoch, first, head, messages, more });
    return settled();
  };
  return { ...client, asked, answer };
}

describe("R142: history", () => {
  test("a page: the messages, oldest first, with position and time, and what the room holds; no event has them", async () => {
    const { room: h, answer, asked, events } = room();
    const page = h.history({ last: 2 });
    await answer();
    const { messages, ...rest } = await page;
    expect(asked).toEqual([{ hub: "h", last: 2 }]);
    expect(rest).toEqual({ epoch: "e", first: 1, head: 10, more: true, missed: 0, reset: false });
    expect(messages).toMatchObject([
      { data: { n: 9 }, from: "Bob", sid: 9, kind: "hub", position: { epoch: "e", seq: 9 }, at: 1_009 },
      { data: { n: 10 }, position: { epoch: "e", seq: 10 }, at: 1_010 },
    ]);
    expect(messages[0]?.text).toBe('{"toH":"h","n":9}');
    expect(events).toEqual([]);
  });

  test("the texts are as they were sent, so that a parser of the application can keep large integers", async () => {
    const { room: h, relay } = keptRoom(4, { parse: (text) => ({ raw: text.match(/\d{20}/)?.[0] }) });
    const page = h.history();
    const { $ref } = relay.socket.take("$history");
    const message = '{"toH":"h","big":12345678901234567890,"s":"}]\\"{","sID":9,"FROM":"B","$seq":1,"$at":2}';
    relay.socket.deliver(
      `{"$ref":${$ref},"$result":{"epoch":"e","first":1,"head":1,"messages":[${message}],"more":false}}`,
    );
    const [read] = (await page).messages;
    expect(read?.data).toEqual({ raw: "12345678901234567890" });
    expect(read?.text).toBe('{"toH":"h","big":12345678901234567890,"s":"}]\\"{"}');
  });

  test("a binary message has its bytes", async () => {
    const { room: h, relay } = keptRoom();
    const page = h.history();
    const message = { toH: "h", n: 1, sID: 9, FROM: "Bob", $seq: 1, $at: 2, $binary: "AQL/" };
    relay.socket.reply(relay.socket.take("$history"), { epoch: "e", first: 1, head: 1, messages: [message] });
    const [read] = (await page).messages;
    expect(read).toMatchObject({ data: { n: 1 }, bytes: Uint8Array.of(1, 2, 255), text: '{"toH":"h","n":1}' });
    expect(Object.keys(read?.data ?? {})).toEqual(["n"]);
  });

  test.each([
    [
      "older pages",
      { last: 4 },
      [
        [7, 8, 9, 10],
        [3, 4, 5, 6],
        [1, 2],
      ],
      [{ last: 4 }, { before: 7, limit: 4 }, { before: 3, limit: 4 }],
    ],
    [
      "before a position",
      { before: { epoch: "e", seq: 4 }, limit: 2 },
      [[2, 3], [1]],
      [
        { before: 4, limit: 2 },
        { before: 2, limit: 2 },
      ],
    ],
    [
      "from the start",
      { after: "start" as const, limit: 6 },
      [
        [1, 2, 3, 4, 5, 6],
        [7, 8, 9, 10],
      ],
      [
        { after: 0, limit: 6 },
        { after: 6, limit: 6 },
      ],
    ],
    ["after a position", { after: { epoch: "e", seq: 8 } }, [[9, 10]], [{ after: 8 }]],
  ])("iterating over pages: %s", async (_, options, expected, requests) => {
    const { room: h, answer, asked, relay } = room();
    const pages: unknown[] = [];
    const loop = (async () => {
      for await (const page of h.history(options)) pages.push(numbers(page));
    })();
    for (await settled(); relay.socket.has("$history"); ) await answer();
    await loop;
    expect(pages).toEqual(expected);
    expect(asked).toEqual(requests.map((request) => ({ hub: "h", ...request })));
  });

  test("what is no longer held after the position is counted; a position of another epoch, or beyond the head, starts over", async () => {
    const { room: h, answer } = room(5, 7);
    const after = h.history({ after: { epoch: "e", seq: 2 } });
    await answer();
    expect(await after).toMatchObject({ missed: 2, reset: false });
    const other = h.history({ after: { epoch: "old", seq: 700 } });
    await answer();
    await answer();
    const page = await other;
    expect([numbers(page), page.missed, page.reset]).toEqual([[5, 6, 7], 0, true]);
    const beyond = h.history({ after: { epoch: "e", seq: 8 } });
    await answer();
    await answer();
    const all = await beyond;
    expect([numbers(all), all.missed, all.reset]).toEqual([[5, 6, 7], 0, true]);
    const before = h.history({ before: { epoch: "old", seq: 2 }, limit: 2 });
    await answer();
    await answer();
    expect(numbers(await before)).toEqual([6, 7]);
  });

  test("a rejection reaches anyone who waits for it or iterates; a request that is lost with the session is made again", async () => {
    const { room: h, relay, faults, reconnect } = keptRoom();
    const page = faultOf(h.history());
    relay.socket.refuse(relay.socket.take("$history"), "not-member");
    expect((await page).code).toBe("not-member");
    const loop = faultOf(
      (async () => {
        for await (const _ of h.history()) break;
      })(),
    );
    relay.socket.refuse(relay.socket.take("$history"), "not-kept");
    expect((await loop).code).toBe("not-kept");
    expect((await faultOf(h.history({ last: 1, after: "start" }))).code).toBe("invalid");
    const lost = outcomeOf(h.history());
    relay.socket.drop();
    reconnect();
    relay.socket.reply(relay.socket.take("$history"), { epoch: "e", first: 1, head: 0, messages: [], more: false });
    await settled();
    expect(lost.value).toMatchObject({ messages: [], more: false });
    expect(faults).toEqual([]);
  });

  test("a message that does not match its schema is left out and reported; the pages go on", async () => {
    const { room: h, relay, faults } = keptRoom();
    const page = h.history({ after: "start", limit: 1 });
    const request = relay.socket.take("$history");
    relay.socket.reply(request, { epoch: "e", first: 1, head: 3, messages: [{ n: 1 }, stored(2)], more: true });
    expect(numbers(await page)).toEqual([2]);
    expect(faults).toEqual([]);
  });
});

test("texts of objects: braces in strings, nothing, and text that ends too early", () => {
  expect(textsOf('{"a":1,"messages":[{"x":"\\\\\\"}"},{"y":{"z":{}}}],"more":{}}', "messages")).toEqual([
    '{"x":"\\\\\\"}"}',
    '{"y":{"z":{}}}',
  ]);
  expect(textsOf('{"messages":[],"more":true}', "messages")).toEqual([]);
  expect(textsOf('{"messages":[{"a":1}', "messages")).toEqual(['{"a":1}']);
});

import { describe, expect, test } from "bun:test";
import type { Data } from "../src/data.ts";
import { onStream, openStream } from "../src/streams.ts";
import type { FakeSocket } from "./kit/fake-relay.ts";
import { endOf, faultOf, readyStage, settled } from "./kit/stage.ts";

const idOf = ({ $call }: Data): unknown => Object(Object($call)).id;
const answer = (link: FakeSocket, id: unknown, part: Data, data: Data = {}) =>
  link.say({ toS: 1, ...data, $answer: { id, ...part }, sID: 9, FROM: "Bob" });
const bytesOf = (link: FakeSocket) =>
  link.inbox.reduce((sum, { bytes }) => sum + (bytes instanceof Uint8Array ? bytes.length : 0), 0);

/** A stream to Bob that Bob has accepted with so much credit. */
async function opened(credit: number) {
  const staged = readyStage();
  const opening = openStream(staged.ann, "Bob", { what: "film" });
  await settled();
  const { link } = staged.relay;
  const frame = link.take("$call");
  expect(frame).toMatchObject({ to: "Bob", what: "film", $call: { stream: true } });
  link.reply(frame, { taken: 1 });
  answer(link, idOf(frame), { credit }, { offset: 3 });
  return { ...staged, link, id: idOf(frame), ...(await opening) };
}

describe("sending a stream", () => {
  test("R51, R52: no more than was granted goes out; what the receiver said is at hand", async () => {
    const { link, id, writable, reply, sid } = await opened(1_000);
    expect([reply, sid]).toEqual([{ offset: 3 }, 9]);
    const writer = writable.getWriter();
    const written = endOf(writer.write(new Uint8Array(1_500)));
    await settled();
    expect([bytesOf(link), written]).toEqual([1_000, {}]);
    expect(link.inbox[0]).toMatchObject({ toS: 9, $call: { id, data: true } });
    answer(link, id, { credit: 600 });
    await settled();
    expect([bytesOf(link), "value" in written]).toEqual([1_500, true]);
  });

  test("R53: closing waits for the receiver's word", async () => {
    const { link, id, writable } = await opened(1_000);
    const writer = writable.getWriter();
    await writer.write(new Uint8Array(10));
    const closed = endOf(writer.close());
    await settled();
    expect(link.inbox.at(-1)).toMatchObject({ toS: 9, size: 10, $call: { id, end: true } });
    expect(closed).toEqual({});
    answer(link, id, {});
    await settled();
    expect("value" in closed).toBe(true);
  });

  test("cut in the middle: the writer is told that the rest is unknown", async () => {
    const { link, writable } = await opened(1_000);
    const writer = writable.getWriter();
    const closed = faultOf(writer.closed);
    const written = faultOf(writer.write(new Uint8Array(2_000)));
    await settled();
    link.cut();
    expect([(await closed).code, (await written).code]).toEqual(["unknown", "unknown"]);
  });

  test("a receiver that gives up ends it with its fault", async () => {
    const { link, id, writable } = await opened(1_000);
    const writer = writable.getWriter();
    const closed = faultOf(writer.closed);
    answer(link, id, { fault: { code: "disk-full", message: "no room" } });
    expect((await closed).code).toBe("disk-full");
  });

  test("R34: aborting cancels", async () => {
    const { link, id, writable } = await opened(1_000);
    await writable.abort("enough");
    expect(link.inbox.at(-1)).toMatchObject({ $call: { cancel: id } });
  });

  test("R50: nobody, or more than one, rejects the opening", async () => {
    const { relay, ann } = readyStage();
    const opening = faultOf(openStream(ann, "Bob"));
    await settled();
    relay.link.refuse(relay.link.take("$call"), "not-one");
    expect((await opening).code).toBe("not-one");
  });

  test("pieces are smaller than the server's frames, and no faster than its limit", async () => {
    const { relay, ann, clock } = readyStage();
    relay.link.cut();
    clock.advance(250);
    relay.link.accept(1, { frame: 11_024, bytesPerSecond: 100_000 });
    const opening = openStream(ann, "Bob");
    await settled();
    const id = idOf(relay.link.take("$call"));
    answer(relay.link, id, { credit: 1_000_000 });
    const writer = (await opening).writable.getWriter();
    const written = endOf(writer.write(new Uint8Array(200_000)));
    await settled();
    // Nine tenths of a second's worth go at once, in whole pieces.
    expect(bytesOf(relay.link)).toBe(80_000);
    clock.advance(500);
    await settled();
    expect(bytesOf(relay.link)).toBeLessThanOrEqual(135_000);
    for (let n = 0; n < 20; n++) {
      clock.advance(100);
      await settled();
    }
    expect("value" in written).toBe(true);
    expect(Math.max(...relay.link.inbox.map(({ bytes }) => (bytes instanceof Uint8Array ? bytes.length : 0)))).toBe(
      10_000,
    );
  });
});

describe("receiving a stream", () => {
  const WINDOW = 1024 * 1024;
  const open = (link: FakeSocket) =>
    link.say({ to: "Ann", what: "film", $call: { id: 7, stream: true }, sID: 9, FROM: "Bob" });
  const data = (link: FakeSocket, size: number) =>
    link.sayBinary({ toS: 1, $call: { id: 7, data: true }, sID: 9, FROM: "Bob" }, new Uint8Array(size));
  const end = (link: FakeSocket, size: number) =>
    link.say({ toS: 1, size, $call: { id: 7, end: true }, sID: 9, FROM: "Bob" });

  test("R51: credit is a window of 1 MiB; a receiver that does not read grants no more", async () => {
    const { relay, ann } = readyStage();
    let read = (): unknown => undefined;
    onStream(ann, ({ readable, meta, from }) => {
      expect([meta, from]).toEqual([{ what: "film" }, "Bob"]);
      const reader = readable.getReader();
      read = () => reader.read();
      return new Promise(() => {});
    });
    open(relay.link);
    await settled();
    expect(relay.link.take("$answer")).toMatchObject({ toS: 9, $answer: { id: 7, credit: WINDOW } });
    for (let n = 0; n < 4; n++) data(relay.link, WINDOW / 4);
    await settled();
    expect(relay.link.inbox).toEqual([]);
    await read();
    await settled();
    expect(relay.link.take("$answer")).toMatchObject({ $answer: { id: 7, credit: WINDOW / 4 } });
  });

  test("R53: the sender is told when all has come and the handler is done", async () => {
    const { relay, ann } = readyStage();
    let size = 0;
    onStream(ann, async ({ readable }) => {
      for await (const chunk of readable) size += chunk.length;
    });
    open(relay.link);
    await settled();
    relay.link.take("$answer");
    data(relay.link, 10);
    end(relay.link, 10);
    await settled();
    expect([size, relay.link.take("$answer").$answer]).toEqual([10, { id: 7 }]);
  });

  test("missing bytes are a fault on both sides", async () => {
    const { relay, ann } = readyStage();
    const read: Promise<unknown>[] = [];
    onStream(ann, ({ readable }) => {
      const reading = new Response(readable).bytes();
      read.push(reading);
      return reading;
    });
    open(relay.link);
    await settled();
    relay.link.take("$answer");
    data(relay.link, 10);
    end(relay.link, 20);
    const [reading] = read;
    expect(reading && (await faultOf(reading)).message).toContain("10 of 20 bytes");
    expect(relay.link.take("$answer").$answer).toMatchObject({ id: 7, fault: { code: "failed" } });
  });

  test("cut, or cancelled by the sender: the reader is told", async () => {
    for (const stop of [
      (link: FakeSocket) => link.cut(),
      (link: FakeSocket) => link.say({ $call: { cancel: 7 }, sID: 9 }),
    ]) {
      const { relay, ann } = readyStage();
      const faults: unknown[] = [];
      onStream(ann, async ({ readable }) => {
        faults.push((await faultOf(new Response(readable).bytes())).code);
      });
      open(relay.link);
      await settled();
      stop(relay.link);
      await settled();
      await settled();
      expect(faults.length).toBe(1);
    }
  });

  test("without a taker the sender is refused at once; stray data harms nothing", async () => {
    const { relay, ann } = readyStage();
    open(relay.link);
    await settled();
    expect(relay.link.take("$answer").$answer).toMatchObject({ id: 7, fault: { code: "no-handler" } });
    const off = onStream(ann, () => {});
    data(relay.link, 10);
    end(relay.link, 10);
    off();
    open(relay.link);
    await settled();
    expect(relay.link.take("$answer").$answer).toMatchObject({ fault: { code: "no-handler" } });
  });
});

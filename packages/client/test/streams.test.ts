import { describe, expect, test } from "bun:test";
import type { Data } from "../src/json.ts";
import { onStream, openStream } from "../src/streams.ts";
import type { FakeSocket } from "./kit/fake-relay.ts";
import { faultOf, outcomeOf, readyClient, settled } from "./kit/scripted-client.ts";

const idOf = ({ $call }: Data): unknown => Object(Object($call)).id;
const answer = (socket: FakeSocket, id: unknown, part: Data, data: Data = {}) =>
  socket.deliver({ toS: 1, ...data, $answer: { id, ...part }, sID: 9, FROM: "Bob" });
const bytesOf = (socket: FakeSocket) =>
  socket.inbox.reduce((sum, { bytes }) => sum + (bytes instanceof Uint8Array ? bytes.length : 0), 0);

/** A stream to Bob that Bob has accepted with so much credit. */
async function opened(credit: number) {
  const scripted = readyClient();
  const opening = openStream(scripted.ann, "Bob", { what: "film" });
  await settled();
  const { socket } = scripted.relay;
  const frame = socket.take("$call");
  expect(frame).toMatchObject({ to: "Bob", what: "film", $call: { stream: true } });
  socket.reply(frame, { taken: 1 });
  answer(socket, idOf(frame), { credit }, { offset: 3 });
  return { ...scripted, socket, id: idOf(frame), ...(await opening) };
}

describe("sending a stream", () => {
  test("R51, R52: no more than was granted goes out; what the receiver said is at hand", async () => {
    const { socket, id, writable, reply, sid } = await opened(1_000);
    expect([reply, sid]).toEqual([{ offset: 3 }, 9]);
    const writer = writable.getWriter();
    const written = outcomeOf(writer.write(new Uint8Array(1_500)));
    await settled();
    expect([bytesOf(socket), written]).toEqual([1_000, {}]);
    expect(socket.inbox[0]).toMatchObject({ toS: 9, $call: { id, data: true } });
    answer(socket, id, { credit: 600 });
    await settled();
    expect([bytesOf(socket), "value" in written]).toEqual([1_500, true]);
  });

  test("R53: closing waits for the receiver's word", async () => {
    const { socket, id, writable } = await opened(1_000);
    const writer = writable.getWriter();
    await writer.write(new Uint8Array(10));
    const closed = outcomeOf(writer.close());
    await settled();
    expect(socket.inbox.at(-1)).toMatchObject({ toS: 9, size: 10, $call: { id, end: true } });
    expect(closed).toEqual({});
    answer(socket, id, {});
    await settled();
    expect("value" in closed).toBe(true);
  });

  test("dropped in the middle: the writer fails with unknown", async () => {
    const { socket, writable } = await opened(1_000);
    const writer = writable.getWriter();
    const closed = faultOf(writer.closed);
    const written = faultOf(writer.write(new Uint8Array(2_000)));
    await settled();
    socket.drop();
    expect([(await closed).code, (await written).code]).toEqual(["unknown", "unknown"]);
  });

  test("a receiver that gives up ends it with its fault", async () => {
    const { socket, id, writable } = await opened(1_000);
    const writer = writable.getWriter();
    const closed = faultOf(writer.closed);
    answer(socket, id, { fault: { code: "disk-full", message: "no room" } });
    expect((await closed).code).toBe("disk-full");
  });

  test("R34: aborting cancels", async () => {
    const { socket, id, writable } = await opened(1_000);
    await writable.abort("enough");
    expect(socket.inbox.at(-1)).toMatchObject({ $call: { cancel: id } });
  });

  test("R50: nobody, or more than one, rejects the opening", async () => {
    const { relay, ann } = readyClient();
    const opening = faultOf(openStream(ann, "Bob"));
    await settled();
    relay.socket.refuse(relay.socket.take("$call"), "not-one");
    expect((await opening).code).toBe("not-one");
  });

  test("pieces are smaller than the server's frames, and no faster than its limit", async () => {
    const { relay, ann, clock } = readyClient();
    relay.socket.drop();
    clock.advance(250);
    relay.socket.accept(1, { frame: 11_024, bytesPerSecond: 100_000 });
    const opening = openStream(ann, "Bob");
    await settled();
    const id = idOf(relay.socket.take("$call"));
    answer(relay.socket, id, { credit: 1_000_000 });
    const writer = (await opening).writable.getWriter();
    const written = outcomeOf(writer.write(new Uint8Array(200_000)));
    await settled();
    // Nine tenths of a second's worth go at once, in whole pieces.
    expect(bytesOf(relay.socket)).toBe(80_000);
    clock.advance(500);
    await settled();
    expect(bytesOf(relay.socket)).toBeLessThanOrEqual(135_000);
    for (let n = 0; n < 20; n++) {
      clock.advance(100);
      await settled();
    }
    expect("value" in written).toBe(true);
    expect(Math.max(...relay.socket.inbox.map(({ bytes }) => (bytes instanceof Uint8Array ? bytes.length : 0)))).toBe(
      10_000,
    );
  });
});

describe("receiving a stream", () => {
  const WINDOW = 1024 * 1024;
  const open = (socket: FakeSocket) =>
    socket.deliver({ to: "Ann", what: "film", $call: { id: 7, stream: true }, sID: 9, FROM: "Bob" });
  const data = (socket: FakeSocket, size: number) =>
    socket.deliverBinary({ toS: 1, $call: { id: 7, data: true }, sID: 9, FROM: "Bob" }, new Uint8Array(size));
  const end = (socket: FakeSocket, size: number) =>
    socket.deliver({ toS: 1, size, $call: { id: 7, end: true }, sID: 9, FROM: "Bob" });

  test("R51: credit is a window of 1 MiB; a receiver that does not read grants no more", async () => {
    const { relay, ann } = readyClient();
    let read = (): unknown => undefined;
    onStream(ann, ({ readable, meta, from }) => {
      expect([meta, from]).toEqual([{ what: "film" }, "Bob"]);
      const reader = readable.getReader();
      read = () => reader.read();
      return new Promise(() => {});
    });
    open(relay.socket);
    await settled();
    expect(relay.socket.take("$answer")).toMatchObject({ toS: 9, $answer: { id: 7, credit: WINDOW } });
    for (let n = 0; n < 4; n++) data(relay.socket, WINDOW / 4);
    await settled();
    expect(relay.socket.inbox).toEqual([]);
    await read();
    await settled();
    expect(relay.socket.take("$answer")).toMatchObject({ $answer: { id: 7, credit: WINDOW / 4 } });
  });

  test("R53: the sender's stream closes when all has arrived and the handler is done", async () => {
    const { relay, ann } = readyClient();
    let size = 0;
    onStream(ann, async ({ readable }) => {
      for await (const chunk of readable) size += chunk.length;
    });
    open(relay.socket);
    await settled();
    relay.socket.take("$answer");
    data(relay.socket, 10);
    end(relay.socket, 10);
    await settled();
    expect([size, relay.socket.take("$answer").$answer]).toEqual([10, { id: 7 }]);
  });

  test("missing bytes are a fault on both sides", async () => {
    const { relay, ann } = readyClient();
    const read: Promise<unknown>[] = [];
    onStream(ann, ({ readable }) => {
      const reading = new Response(readable).bytes();
      read.push(reading);
      return reading;
    });
    open(relay.socket);
    await settled();
    relay.socket.take("$answer");
    data(relay.socket, 10);
    end(relay.socket, 20);
    const [reading] = read;
    expect(reading && (await faultOf(reading)).message).toContain("10 of 20 bytes");
    expect(relay.socket.take("$answer").$answer).toMatchObject({ id: 7, fault: { code: "failed" } });
  });

  test("dropped, or cancelled by the sender: the reader fails", async () => {
    for (const stop of [
      (socket: FakeSocket) => socket.drop(),
      (socket: FakeSocket) => socket.deliver({ $call: { cancel: 7 }, sID: 9 }),
    ]) {
      const { relay, ann } = readyClient();
      const faults: unknown[] = [];
      onStream(ann, async ({ readable }) => {
        faults.push((await faultOf(new Response(readable).bytes())).code);
      });
      open(relay.socket);
      await settled();
      stop(relay.socket);
      await settled();
      await settled();
      expect(faults.length).toBe(1);
    }
  });

  test("without a taker the sender is refused at once; stray data harms nothing", async () => {
    const { relay, ann } = readyClient();
    open(relay.socket);
    await settled();
    expect(relay.socket.take("$answer").$answer).toMatchObject({ id: 7, fault: { code: "no-handler" } });
    const off = onStream(ann, () => {});
    data(relay.socket, 10);
    end(relay.socket, 10);
    off();
    open(relay.socket);
    await settled();
    expect(relay.socket.take("$answer").$answer).toMatchObject({ fault: { code: "no-handler" } });
  });
});

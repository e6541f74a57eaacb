import { describe, expect, test } from "bun:test";
import { createMemoryNode, type MemoryConnection } from "../kit/node.ts";

function connected() {
  const { clock, connect } = createMemoryNode();
  const asker = connect({ dialect: "cloud", instance: "latency" });
  const pong = (index = -1) => asker.session.pong(asker.socket.pings.at(index) ?? "none");
  return { clock, connect, asker, pong };
}

const ltcy = (milliseconds: number) => `{"ltcy":"${milliseconds}ms"}`;
const arrived = ({ socket }: MemoryConnection) => socket.flush();

describe("K11 K11a the latency", () => {
  test("[K10 K11] is the round trip of a ping sent for the question", () => {
    const { clock, asker, pong } = connected();
    asker.send("ping");
    expect(asker.socket.pings).toHaveLength(1);
    clock.advance(47);
    pong();
    expect(arrived(asker)).toEqual([ltcy(47)]);
  });

  test("[K11] is rounded to whole milliseconds", () => {
    const { clock, asker, pong } = connected();
    asker.send("ping");
    clock.advance(46.6);
    pong();
    expect(arrived(asker)).toEqual([ltcy(47)]);
  });

  test("[K11a] is shared by questions that come while a ping is under way, with a reply each", () => {
    const { clock, asker, pong } = connected();
    asker.send("ping");
    clock.advance(30);
    asker.send("latency");
    asker.send('{"ping":1}');
    clock.advance(20);
    pong();
    expect(asker.socket.pings).toHaveLength(1);
    expect(arrived(asker)).toEqual([ltcy(50), ltcy(50), ltcy(50)]);
  });

  test("[K11a] is measured again by a request after the reply", () => {
    const { clock, asker, pong } = connected();
    asker.send("ping");
    clock.advance(10);
    pong();
    asker.send("ping");
    clock.advance(20);
    pong();
    expect(new Set(asker.socket.pings).size).toBe(2);
    expect(arrived(asker)).toEqual([ltcy(10), ltcy(20)]);
  });

  test("[K11a] is not told without a pong within 10 s", () => {
    const { clock, asker, pong } = connected();
    asker.send("ping");
    clock.advance(9_999);
    pong();
    expect(arrived(asker)).toEqual([ltcy(9_999)]);
    asker.send("ping");
    clock.advance(10_000);
    pong();
    expect(arrived(asker)).toEqual([]);
  });

  test("[K11a] is measured again by a request 10 s after one without a pong; the late pong is ignored", () => {
    const { clock, asker, pong } = connected();
    asker.send("ping");
    clock.advance(10_000);
    asker.send("ping");
    expect(asker.socket.pings).toHaveLength(2);
    clock.advance(5);
    pong(0);
    expect(arrived(asker)).toEqual([]);
    clock.advance(5);
    pong(1);
    expect(arrived(asker)).toEqual([ltcy(10)]);
  });

  test("[K11] is told once: a pong that comes twice, or that nobody asked for, answers nothing", () => {
    const { asker, pong } = connected();
    pong();
    asker.session.pong("");
    asker.send("ping");
    asker.session.pong("made up");
    expect(arrived(asker)).toEqual([]);
    pong();
    pong();
    expect(arrived(asker)).toEqual([ltcy(0)]);
  });

  test("[K11] is each session's own", () => {
    const { clock, connect, asker, pong } = connected();
    const other = connect({ dialect: "cloud", instance: "latency" });
    asker.send("ping");
    clock.advance(5);
    other.send("ping");
    clock.advance(5);
    other.session.pong(asker.socket.pings.at(-1) ?? "none");
    expect(arrived(other)).toEqual([]);
    pong();
    other.session.pong(other.socket.pings.at(-1) ?? "none");
    expect(arrived(asker)).toEqual([ltcy(10)]);
    expect(arrived(other)).toEqual([ltcy(5)]);
  });
});

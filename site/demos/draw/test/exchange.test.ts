import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { Exchange, type Peers } from "../net/exchange.ts";
import type { MessageData } from "../net/messages.ts";
import { Board } from "../rules/board.ts";
import { playerOf } from "../rules/operation.ts";
import { packPoints } from "../rules/points.ts";

type Kind = "draw" | "hello" | "logs" | "want" | "part";

/** A room in memory: messages wait until they are delivered, and members join, leave and lose messages as a test wants. */
class Room {
  readonly members = new Map<number, Member>();
  readonly #waiting: { readonly from: number; readonly to: number; deliver(member: Member): void }[] = [];
  #joined = 0;
  now = 0;

  join(player: string): Member {
    const sid = ++this.#joined;
    const member = new Member(this, sid, `${player}.${String(sid).padStart(6, "a")}`);
    this.members.set(sid, member);
    member.exchange.joined();
    return member;
  }

  leave(sid: number): void {
    this.members.delete(sid);
    for (const member of this.members.values()) member.exchange.left(sid);
  }

  get host(): number {
    return Math.min(...this.members.keys());
  }

  post<K extends Kind>(from: number, kind: K, data: MessageData<K>, to: number | undefined): void {
    const copy: MessageData<K> = JSON.parse(JSON.stringify(data));
    for (const sid of this.members.keys()) {
      if (sid === from || (to !== undefined && sid !== to)) continue;
      this.#waiting.push({ from, to: sid, deliver: (member) => member.take(from, kind, copy) });
    }
  }

  /** Delivers some messages in order, or all. */
  flush(most = Number.POSITIVE_INFINITY): void {
    for (let count = 0; count < most; count++) {
      const next = this.#waiting.shift();
      if (!next) return;
      const member = this.members.get(next.to);
      if (member) next.deliver(member);
    }
  }

  /** Messages to this member are lost. */
  lose(sid: number): void {
    for (let at = this.#waiting.length - 1; at >= 0; at--)
      if (this.#waiting[at]?.to === sid) this.#waiting.splice(at, 1);
  }

  settle(): void {
    for (let round = 0; round < 12; round++) {
      this.flush();
      this.now += 3_500;
      for (const member of this.members.values()) member.exchange.pump();
    }
    this.flush();
  }
}

class Member {
  readonly board: Board;
  readonly exchange: Exchange;
  readonly rejections: string[] = [];
  /** Answers requests with altered operations. */
  isLiar = false;

  constructor(
    readonly room: Room,
    readonly sid: number,
    author: string,
  ) {
    this.board = new Board(author, () => {});
    const peers: Peers = {
      others: () => [...room.members.keys()].filter((one) => one !== sid),
      hostIsMe: () => room.host === sid,
      isProven: () => true,
      isHost: (peer) => room.host === peer,
      playerOf: (peer) => {
        const member = room.members.get(peer);
        return member && playerOf(member.board.author);
      },
      send: (kind, data, to) => room.post(sid, kind, data, to),
      reject: (reason) => this.rejections.push(reason),
      now: () => room.now,
    };
    this.exchange = new Exchange(this.board, peers);
  }

  take<K extends Kind>(from: number, kind: K, data: MessageData<K>): void {
    const { exchange, isLiar } = this;
    if (kind === "draw") exchange.draw(from, data as MessageData<"draw">);
    if (kind === "hello") exchange.hello(from, data as MessageData<"hello">);
    if (kind === "logs") exchange.logs(from, data as MessageData<"logs">);
    if (kind === "part") exchange.part(from, data as MessageData<"part">);
    if (kind !== "want") return;
    const want = data as MessageData<"want">;
    const batch = isLiar ? this.board.logs.batch(want.author, want.from, want.to) : undefined;
    const altered = batch?.operations.map((one) => ({ ...one, time: one.time + 1 }));
    if (batch && altered) this.room.post(this.sid, "part", { ...want, batch: { ...batch, operations: altered } }, from);
    else exchange.want(from, want);
  }

  draw(count = 1): void {
    for (let at = 0; at < count; at++) {
      const points = packPoints([
        [at, this.sid, 0.5],
        [at + 5, at, 0.5],
      ]);
      const batch = this.board.perform({ op: "add", shape: { kind: "pen", color: at % 12, width: 4, points } });
      if (batch)
        this.room.post(this.sid, "draw", { batch: { ...batch, operations: [...batch.operations] } }, undefined);
    }
  }

  get digest(): string {
    return this.board.drawing.digest();
  }
}

const expectSame = (room: Room): void => {
  const members = [...room.members.values()];
  for (const { digest } of members) expect(digest).toBe(members[0]?.digest ?? "");
};

describe("handing over the drawing", () => {
  test("a late joiner gets everything, also of players who have left", () => {
    const room = new Room();
    const [ann, bob, cid] = [room.join("player-ann"), room.join("player-bob"), room.join("player-cid")];
    for (const member of [ann, bob, cid]) member.draw(1_500);
    room.settle();
    room.leave(cid.sid);
    const dan = room.join("player-dan");
    room.settle();
    expect(dan.board.drawing.size).toBe(4_500);
    expectSame(room);
    expect(dan.rejections).toEqual([]);
  });

  test("a part that was altered is fetched from somebody else", () => {
    const room = new Room();
    const [ann, bob, cid] = [room.join("player-ann"), room.join("player-bob"), room.join("player-cid")];
    cid.draw(50);
    room.settle();
    room.leave(cid.sid);
    ann.isLiar = true;
    const dan = room.join("player-dan");
    room.settle();
    expect(dan.rejections).toEqual(["operations that nobody vouched for"]);
    expect(dan.digest).toBe(bob.digest);
  });

  test("nobody draws or vouches in another player's name", () => {
    const room = new Room();
    const [ann, bob, eve] = [room.join("player-ann"), room.join("player-bob"), room.join("player-eve")];
    bob.draw(3);
    room.settle();
    const { author } = bob.board;
    const forged = new Board(author, () => {});
    for (const one of [1, 2, 3]) forged.perform({ op: "undo", of: one });
    const batch = bob.board.logs.batch(author, 3, 3);
    if (!batch) throw new Error("the operation is there");
    const undo = {
      ...batch,
      from: 4,
      before: bob.board.logs.hashAt(author, 3) ?? "",
      operations: [{ op: "undo", of: 1, time: 99 } as const],
    };
    room.post(eve.sid, "draw", { batch: undo }, undefined);
    room.post(eve.sid, "logs", { logs: [[author, [[4, "f".repeat(32)]]]], isAll: true }, undefined);
    room.settle();
    expect(ann.rejections).toEqual(["draws in another player's name", "vouches for somebody else's drawing"]);
    expect(ann.board.drawing.size).toBe(3);
    expectSame(room);
  });

  test("a host cannot replace the log of somebody who is here", () => {
    const room = new Room();
    const [ann, bob, cid] = [room.join("player-ann"), room.join("player-bob"), room.join("player-cid")];
    bob.draw(3);
    room.settle();
    room.post(ann.sid, "logs", { logs: [[bob.board.author, [[2, "f".repeat(32)]]]], isAll: true }, cid.sid);
    room.settle();
    expect(cid.rejections).toEqual(["the host's log of a player who is here is another one"]);
    bob.draw(1);
    room.settle();
    expect(cid.board.drawing.size).toBe(4);
    expectSame(room);
  });

  test("what was drawn while nobody listened arrives when its author is back, even from another page load", () => {
    const room = new Room();
    const [ann, bob] = [room.join("player-ann"), room.join("player-bob")];
    bob.draw(2);
    room.settle();
    bob.draw(5);
    for (const sid of room.members.keys()) room.lose(sid);
    const kept = bob.board.logs.heads().flatMap(({ author, count }) => bob.board.logs.batch(author, 1, count) ?? []);
    room.leave(bob.sid);
    const back = room.join("player-bob");
    back.board.restore(kept);
    back.exchange.joined();
    room.settle();
    expect(ann.board.drawing.size).toBe(7);
    expectSame(room);
  });

  test("whatever is lost and no matter who leaves, those who stay end with the same drawing", () => {
    const deed = fc.record({
      what: fc.constantFrom("draw", "draw", "join", "leave", "drop", "flush"),
      who: fc.nat({ max: 9 }),
      count: fc.nat({ max: 12 }),
    });
    fc.assert(
      fc.property(fc.array(deed, { maxLength: 40 }), (script) => {
        const room = new Room();
        const players = ["player-ann", "player-bob", "player-cid", "player-dan"];
        for (const player of players.slice(0, 2)) room.join(player);
        for (const { what, who, count } of script) {
          const members = [...room.members.values()];
          const one = members[who % members.length];
          if (!one) continue;
          if (what === "draw") one.draw(count % 4);
          if (what === "flush") room.flush(count);
          if (what === "join") room.join(players[who % 4] ?? "player-eve");
          if (what === "leave" && members.length > 2) room.leave(one.sid);
          // Its session was lost with all messages to it, and it joins again.
          if (what === "drop") {
            room.lose(one.sid);
            one.exchange.joined();
          }
        }
        room.settle();
        for (const member of room.members.values()) member.exchange.joined();
        room.settle();
        expectSame(room);
      }),
      { numRuns: 60 },
    );
  });
});

import { describe, expect, test } from "bun:test";
import { type MemberFact, type RoomRequest, readEntry, writtenEntry } from "../../src/rooms/shared/room-entries.ts";
import { type RoomOutcome, RoomReplicas } from "../../src/rooms/shared/room-replicas.ts";
import { memoryState } from "../../src/state/memory-state.ts";

const room = { instance: "root", kind: "hub", name: "h" } as const;

const replicasOf = (): RoomReplicas => new RoomReplicas(memoryState(0), { began() {} });

/** A log that two nodes apply; after each entry they have the same rooms. */
class TestLog {
  readonly nodes = [replicasOf(), replicasOf()];

  constructor(private position = 0) {}

  /** What the entry of a session at node `a` or `b` results in. */
  add(request: RoomRequest, incarnation = "a.1"): RoomOutcome {
    this.position++;
    const [first, second] = this.nodes.map((node) => {
      // As it comes out of the log.
      const entry = readEntry(JSON.parse(JSON.stringify(writtenEntry(room, request))));
      if (!entry) throw new Error("the entry cannot be read");
      return node.apply(entry, { position: this.position, incarnation });
    });
    expect(second).toEqual(first);
    this.compare();
    return first ?? { do: "told" };
  }

  gone(incarnation: string): void {
    for (const node of this.nodes) node.nodeGone(incarnation, this.position);
    this.compare();
  }

  /** A node that is new gets a copy of another. */
  copy(): void {
    const copy = replicasOf();
    copy.restore(JSON.parse(JSON.stringify(this.nodes[0]?.save())));
    this.nodes.push(copy);
    this.compare();
  }

  get state() {
    return this.nodes[0]?.find(room)?.state;
  }

  private compare(): void {
    const [first, ...others] = this.nodes.map((node) => JSON.stringify(node.save()));
    for (const other of others) expect(other).toBe(String(first));
  }
}

const fact = (session: number): MemberFact => ({
  session,
  name: `p${session}`,
  isAway: false,
  wants: null,
  seat: null,
});

const join = (session: number, asked: Partial<Extract<RoomRequest, { do: "join" }>> = {}): RoomRequest => ({
  do: "join",
  fact: fact(session),
  isMember: false,
  isFirst: false,
  passwordDigest: null,
  state: true,
  host: undefined,
  seat: undefined,
  options: undefined,
  holders: [],
  ...asked,
});

const write = (
  session: number,
  key: string,
  asked: { readonly own?: boolean; readonly term?: number } = {},
): RoomRequest => ({
  do: "write",
  session,
  holders: [],
  write: {
    values: new Map([[key, "1"]]),
    deletions: [],
    increments: new Map(),
    conditions: new Map(),
    own: asked.own === true,
    term: asked.term,
  },
});

const members = (present: readonly MemberFact[], left: readonly number[] = []): RoomRequest => ({
  do: "members",
  present,
  left,
});

describe("[R167] the same entries lead to the same room on every node", () => {
  test("[R111 R112 R114] hosts, terms and fenced writes", () => {
    const log = new TestLog();
    log.add(join(1));
    log.add(join(2), "b.1");
    const term = Number(log.state?.term);
    expect(log.state?.host).toBe(1);
    expect(log.add(write(2, "k", { term }), "b.1")).toMatchObject({ reply: { kind: "written" } });
    log.copy();
    log.add(members([], [1]));
    expect(log.state?.host).toBe(2);
    expect(log.add(write(2, "k", { term }), "b.1")).toMatchObject({ reply: { kind: "stale-term" } });
    expect(log.add({ do: "term", term })).toMatchObject({ reply: { kind: "stale-term", term: log.state?.term } });
  });

  test("[R111] a host that is away for too long is replaced once, and only in the term that was meant", () => {
    const log = new TestLog();
    for (const session of [1, 2, 3]) log.add(join(session));
    const over: RoomRequest = { do: "grace-over", host: 1, term: Number(log.state?.term) };
    log.add(over);
    expect(log.state?.host).toBe(1);
    log.add(members([{ ...fact(1), wants: true, isAway: true }]));
    log.add(over);
    expect(log.state?.host).toBe(2);
    log.add(over);
    expect(log.state?.host).toBe(2);
  });

  test("[R121 R122] of two joins for the last place, the first in the log gets it, and seats are given once", () => {
    const log = new TestLog();
    const options = { capacity: 2, seats: 1, passwordDigest: "x" };
    expect(log.add(join(1, { isFirst: true, options, seat: true }))).toMatchObject({ reply: { isCreator: true } });
    expect(log.add(join(2, { isFirst: true, options }), "b.1")).toMatchObject({ reply: { reason: "room-password" } });
    expect(log.add(join(2, { passwordDigest: "x", seat: true }), "b.1")).toMatchObject({ reply: { kind: "joined" } });
    expect(log.add(join(3, { passwordDigest: "x" }))).toMatchObject({ reply: { reason: "room-full" } });
    expect(log.nodes[0]?.find(room)?.roles.seats.save()).toEqual([[1, 1]]);
  });

  test("[R106 R160] a process that is gone takes its members, their keys and roles with it, and its room ends with the last", () => {
    const log = new TestLog();
    log.add(join(1));
    log.add(write(1, "own", { own: true }));
    log.add(join(2), "b.1");
    log.gone("a.1");
    expect(log.state?.host).toBe(2);
    expect(log.state?.save().entries).toEqual([]);
    log.gone("b.1");
    expect(log.nodes.map(({ count }) => count)).toEqual([0, 0]);
  });

  test("[R100] a room waits for processes that have members, until they name them or are gone", () => {
    const log = new TestLog();
    log.add(join(1, { holders: ["b", "c"] }));
    log.add(members([], [1]));
    log.add(members([]), "b.1");
    expect(log.nodes[0]?.count).toBe(1);
    log.add({ do: "absent", process: "c" });
    expect(log.nodes[0]?.count).toBe(0);
  });

  test("[R168] a session that moves to another process keeps its place, and the old one cannot put it out", () => {
    const log = new TestLog();
    log.add(join(1));
    log.add(join(2));
    log.add(members([{ ...fact(1), wants: true }]), "b.1");
    log.add(members([], [1]), "a.1");
    log.gone("a.1");
    expect(log.state?.host).toBe(1);
  });

  test("[R103 R112] numbers are higher than all before, also when all nodes start again with nothing", () => {
    const before = new TestLog();
    before.add(join(1));
    before.add(write(1, "k"));
    const { version = 0, term = 0 } = before.state ?? {};
    // The log goes on, whatever is left of it.
    const after = new TestLog(2);
    after.add(join(2));
    expect(after.state?.version).toBeGreaterThan(version);
    expect(after.state?.term).toBeGreaterThan(term);
  });

  test("an entry that no node could have meant changes nothing", () => {
    for (const body of [
      null,
      {},
      { room: ["root", "name", "h"], do: "term", term: 1 },
      { room: ["root", "hub", "h"], do: "write" },
    ])
      expect(readEntry(body)).toBeUndefined();
  });
});

import { describe, expect, test } from "bun:test";
import { Channel } from "../../src/delivery/channels.ts";
import { ShardedBroadcast } from "../../src/delivery/sharded-broadcast.ts";
import { FakeClock } from "../kit/fake-clock.ts";
import { memberOn } from "../kit/member.ts";
import { MemorySocket, MemoryTopics } from "../kit/memory-socket.ts";
import { createMemoryNode } from "../kit/node.ts";

const SHARD_MEMBERS = 2;

/** Clients on a node whose shards are small and whose turns end when the test says so. */
function createShardedNode() {
  const memory = createMemoryNode({ shardMembers: SHARD_MEMBERS });
  memory.clock.hasLongTurns = true;
  const client = (name: string) => {
    const connection = memory.connect();
    const { socket, send } = connection;
    send(`{"setID":"${name}"}`);
    for (const one of ["room", "other"]) send(`{"joinHub":"${one}"}`);
    socket.flush();
    /** The frames received, abbreviated: the `n` of a message, or who left. */
    const received = () =>
      socket
        .flush()
        .map((text) => JSON.parse(text))
        .map(({ n, leftHub, sID }) => (leftHub ? `${sID} left ${leftHub}` : n));
    return { ...connection, received };
  };
  const many = (count: number) => Array.from({ length: count }, (_, index) => client(`c${index}`));
  const turn = () => memory.clock.turn();
  return { client, many, turn, node: memory.node };
}

const toRoom = (n: number, room = "room") => `{"toH":"${room}","n":${n}}`;

describe("[M5 C9] a message to a large hub", () => {
  test("[C9] is sent to one shard per turn, with everything that arrived for it in the meantime", () => {
    const { client, many, turn } = createShardedNode();
    const members = many(6);
    const sender = client("sender");
    const heard = () => members.map(({ received }) => received());
    sender.send(toRoom(1));
    expect(heard()).toEqual([[], [], [], [], [], []]);
    turn();
    expect(heard()).toEqual([[1], [1], [], [], [], []]);
    sender.send(toRoom(2));
    turn();
    expect(heard()).toEqual([[], [], [1, 2], [1, 2], [], []]);
    turn();
    turn();
    expect(heard()).toEqual([[], [], [], [], [1, 2], [1, 2]]);
    turn();
    expect(heard()).toEqual([[2], [2], [], [], [], []]);
    for (let n = 0; n < 4; n++) turn();
    expect(heard()).toEqual([[], [], [], [], [], []]);
    expect(sender.received()).toEqual([]);
  });

  test("[C9] continues with the next shard when one was served out of turn because a member was sent something", () => {
    const { client, many, turn } = createShardedNode();
    const members = many(8);
    const sender = client("sender");
    sender.send(toRoom(1));
    sender.send('{"to":"c2","n":2}');
    turn();
    expect(members.map(({ received }) => received())).toEqual([[1], [1], [1, 2], [1], [], [], [], []]);
    turn();
    expect(members.map(({ received }) => received())).toEqual([[], [], [], [], [1], [1], [], []]);
    turn();
    expect(members.map(({ received }) => received())).toEqual([[], [], [], [], [], [], [1], [1]]);
  });

  test("[C9] reaches the last shard when one before it has lost all its members", () => {
    const { client, many, turn } = createShardedNode();
    const [first, second, , , last] = many(5);
    const sender = client("sender");
    sender.send(toRoom(1));
    turn();
    turn();
    for (const leaver of [first, second]) leaver?.send('{"leaveHub":"room"}');
    for (let n = 0; n < 4; n++) turn();
    expect(last?.received()).toEqual([1, "1 left room", "2 left room"]);
  });

  test("[M5] arrives before anything else that a member is sent", () => {
    const { client, many } = createShardedNode();
    const members = many(5);
    const last = members.at(-1);
    const sender = client("sender");
    sender.send(toRoom(1));
    sender.send('{"to":"c4","n":2}');
    expect(last?.received()).toEqual([1, 2]);
    sender.send(toRoom(3));
    sender.send(toRoom(4, "other"));
    for (const { received } of members.slice(0, 4)) expect(received()).toEqual([1, 3]);
    expect(last?.received()).toEqual([3]);
  });

  test("[M5] also arrives before one to a small hub whose members are in the large one", () => {
    const { client, many } = createShardedNode();
    const [first, second] = many(6);
    for (const one of [first, second]) one?.send('{"joinHub":"small"}');
    for (const one of [first, second]) one?.received();
    client("sender").send(toRoom(1));
    second?.send(toRoom(2, "small"));
    expect(first?.received()).toEqual([1, 2]);
  });

  test("[M5 C12] reaches those who were members when it was sent, including those that leave, but not new ones", () => {
    const { client, many, turn } = createShardedNode();
    const members = many(5);
    const sender = client("sender");
    sender.send(toRoom(1));
    const late = client("late");
    for (let n = 0; n < 4; n++) turn();
    expect(late.received()).toEqual([]);
    sender.send(toRoom(2));
    members[4]?.send('{"leaveHub":"room"}');
    expect(members[4]?.received()).toEqual([1, 2]);
    for (let n = 0; n < 4; n++) turn();
    expect(members[0]?.received()).toEqual([1, 2, "5 left room"]);
  });

  test("[M5] is delivered when its sender closes at once, and before a member is closed by the server", () => {
    const { client, many, turn } = createShardedNode();
    const members = many(5);
    const sender = client("sender");
    sender.send(toRoom(1));
    members[3]?.session.close("flood", "flood");
    expect(members[3]?.received()).toEqual([1]);
    sender.end();
    for (let n = 0; n < 4; n++) turn();
    expect(members[4]?.received()).toEqual([1, "6 left room", "6 left other"]);
  });
});

describe("[M5 L5 C12] a member that is disconnected by the very message it is sent", () => {
  /** The connection ends within the call that publishes: its member leaves, and the others are told. */
  function cutDuring(first: (broadcast: ShardedBroadcast, channel: Channel, clock: FakeClock) => void) {
    const clock = new FakeClock();
    clock.hasLongTurns = true;
    const channel = new Channel("root", "hub", "h", "c1", SHARD_MEMBERS);
    const topics = new MemoryTopics();
    const members = Array.from({ length: 6 }, (_, index) => memberOn(new MemorySocket(topics), index + 1));
    for (const one of members) channel.add(one);
    const got = new Map<string, unknown[]>(channel.shards.map(({ topic }) => [topic, []]));
    let isCut = false;
    const broadcast = new ShardedBroadcast(clock, (_channel, { topic }, payload) => {
      got.get(topic)?.push(payload);
      if (isCut) return;
      isCut = true;
      if (members[0]) broadcast.flushFor(members[0]);
      if (members[0]) channel.delete(members[0]);
      broadcast.send(channel, "left", 0);
    });
    first(broadcast, channel, clock);
    clock.allTurns();
    return [...got.values()];
  }

  test("[M5] in its turn: everybody else receives each message once, and then that it has left", () => {
    const got = cutDuring((broadcast, channel) => {
      broadcast.send(channel, "one", 0);
      broadcast.send(channel, "two", 0);
    });
    expect(got).toEqual(Array(3).fill(["one", "two", "left"]));
  });

  test("[M5] when every member is flushed: the same", () => {
    const got = cutDuring((broadcast, channel) => {
      broadcast.send(channel, "one", 0);
      broadcast.send(channel, "two", 0);
      for (const member of [...channel.members()]) broadcast.flushFor(member);
    });
    expect(got).toEqual(Array(3).fill(["one", "two", "left"]));
  });
});

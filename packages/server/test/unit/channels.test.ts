import { describe, expect, test } from "bun:test";
import { type Channel, Channels, type Member } from "../../src/delivery/channels.ts";
import { nextThatAccepts } from "../../src/delivery/receivers.ts";
import { SHARD_MEMBERS } from "../../src/delivery/sharded-members.ts";
import type { FollowedChannel } from "../../src/engine.ts";
import { memberOn } from "../kit/member.ts";
import { MemorySocket, MemoryTopics } from "../kit/memory-socket.ts";

function createTestChannels() {
  const topics = new MemoryTopics();
  const diary: string[] = [];
  const line = ({ instance, kind, name }: FollowedChannel) => `${instance} ${kind} ${name}`;
  const channels = new Channels(
    {
      follow: (channel) => diary.push(`follow ${line(channel)}`),
      unfollow: (channel) => diary.push(`unfollow ${line(channel)}`),
      beforeJoin: () => {},
      joined: () => {},
      beforeLeave: () => {},
    },
    SHARD_MEMBERS,
  );
  let ids = 0;
  const member = (): Member => memberOn(new MemorySocket(topics), ++ids);
  const enter = (one: Member) => channels.enter(one, "root", "hub", "h");
  const subscribers = (channel: Channel) => channel.shards.map(({ topic }) => [...topics.subscribers(topic)].length);
  const subscribed = (channel: Channel) => subscribers(channel).reduce((sum, count) => sum + count, 0);
  return { topics, channels, diary, member, enter, subscribed, subscribers };
}

describe("B4 C7 a channel", () => {
  test("[C7] of one member has no topic; with a second one both are subscribed", () => {
    const { topics, enter, member, subscribed } = createTestChannels();
    const [ann, bob] = [member(), member()];
    const channel = enter(ann);
    expect(channel.sole).toBe(ann);
    expect(topics.inUse).toBe(0);
    expect(enter(bob)).toBe(channel);
    expect(channel.sole).toBeUndefined();
    expect(subscribed(channel)).toBe(2);
    expect([...channel.members()]).toEqual([ann, bob]);
  });

  test("[B4 C7] that is entered twice has its member once, alone or among others", () => {
    const { enter, member, subscribed } = createTestChannels();
    const [ann, bob] = [member(), member()];
    enter(ann);
    const channel = enter(ann);
    expect(channel.size).toBe(1);
    enter(bob);
    enter(ann);
    expect(channel.size).toBe(2);
    expect(subscribed(channel)).toBe(2);
  });

  test("[C11] unsubscribes who leaves; leaving where one is not changes nothing", () => {
    const { channels, enter, member, subscribed } = createTestChannels();
    const [ann, bob, stranger] = [member(), member(), member()];
    const channel = enter(ann);
    enter(bob);
    channels.leave(stranger, channel);
    expect(channel.size).toBe(2);
    channels.leave(ann, channel);
    channels.leave(ann, channel);
    expect([...channel.members()]).toEqual([bob]);
    expect(subscribed(channel)).toBe(1);
    expect(channel.has(ann)).toBe(false);
    expect(channel.has(bob)).toBe(true);
  });

  test("[M5] that is large has shards; one that empties is gone, and free places are taken before a new one begins", () => {
    const { channels, enter, member, subscribers } = createTestChannels();
    const members = Array.from({ length: 2 * SHARD_MEMBERS + 1 }, member);
    let channel: Channel | undefined;
    for (const one of members) channel = enter(one);
    if (!channel) throw new Error("nobody entered");
    expect(subscribers(channel)).toEqual([SHARD_MEMBERS, SHARD_MEMBERS, 1]);
    const [first, second, last] = [members[0], members[SHARD_MEMBERS], members.at(-1)];
    for (const one of [first, second, last]) if (one) channels.leave(one, channel);
    expect(subscribers(channel)).toEqual([SHARD_MEMBERS - 1, SHARD_MEMBERS - 1]);
    for (let n = 0; n < 3; n++) enter(member());
    expect(subscribers(channel)).toEqual([SHARD_MEMBERS, SHARD_MEMBERS, 1]);
    expect(channel.size).toBe(2 * SHARD_MEMBERS + 1);
  });

  test("[N3 D4] is one for each instance, kind and name, each with a topic of its own", () => {
    const { channels, member } = createTestChannels();
    const all = new Set<Channel>();
    for (const one of [member(), member()])
      for (const instance of ["root", "x"])
        for (const kind of ["name", "broadcast", "hub"] as const)
          for (const name of ["a", "__proto__"]) all.add(channels.enter(one, instance, kind, name));
    expect(all.size).toBe(12);
    expect(new Set([...all].flatMap(({ shards }) => shards.map(({ topic }) => topic))).size).toBe(12);
    expect(channels.find("root", "hub", "constructor")).toBeUndefined();
    expect(channels.find("toString", "hub", "a")).toBeUndefined();
  });

  test("[N2] has a topic that no client's words are in", () => {
    const { channels, member } = createTestChannels();
    channels.enter(member(), "#/+", "name", "*");
    expect(channels.enter(member(), "#/+", "name", "*").shards[0]?.topic).toMatch(/^c\d+\.1$/);
  });
});

describe("D4 the engine is told", () => {
  test("[D4] of the first who enters and the last who leaves, once each", () => {
    const { channels, diary, enter, member } = createTestChannels();
    const [ann, bob] = [member(), member()];
    const channel = enter(ann);
    enter(bob);
    expect(diary).toEqual(["follow root hub h"]);
    channels.leave(ann, channel);
    channels.leave(bob, channel);
    channels.leave(bob, channel);
    expect(diary).toEqual(["follow root hub h", "unfollow root hub h"]);
    enter(ann);
    expect(diary).toHaveLength(3);
  });

  test("[D4] and what is left is forgotten, the channel that comes after it is another", () => {
    const { channels, enter, member, topics } = createTestChannels();
    const [ann, bob] = [member(), member()];
    const first = enter(ann);
    enter(bob);
    const [former] = first.shards;
    for (const one of [ann, bob]) channels.leave(one, first);
    expect(channels.find("root", "hub", "h")).toBeUndefined();
    const second = enter(ann);
    enter(bob);
    expect(second).not.toBe(first);
    expect(second.shards[0]?.topic).not.toBe(former?.topic);
    channels.leave(bob, second);
    channels.leave(ann, first);
    expect(channels.find("root", "hub", "h")).toBe(second);
    channels.leave(ann, second);
    expect(topics.inUse).toBe(0);
  });
});

describe("K12 turns", () => {
  test("[K12] rotate, skipping members that have left, and new members are last", () => {
    const { channels, enter, member } = createTestChannels();
    const [ann, bob, cid] = [member(), member(), member()];
    const channel = enter(ann);
    expect([channel.nextInRotation(), channel.nextInRotation()]).toEqual([ann, ann]);
    enter(bob);
    expect([channel.nextInRotation(), channel.nextInRotation(), channel.nextInRotation()]).toEqual([ann, bob, ann]);
    enter(cid);
    expect([channel.nextInRotation(), channel.nextInRotation()]).toEqual([bob, ann]);
    channels.leave(cid, channel);
    expect([channel.nextInRotation(), channel.nextInRotation()]).toEqual([bob, ann]);
    channels.leave(ann, channel);
    channels.leave(bob, channel);
    expect(channel.nextInRotation()).toBeUndefined();
  });

  test("[R78] those that are away come after all others, in turn as well", () => {
    const { channels, enter, member } = createTestChannels();
    const [ann, bob, cid, dan] = [member(), member(), member(), member()];
    for (const one of [ann, bob, cid, dan]) enter(one);
    const channel = enter(ann);
    const away = (one: Member, isAway: boolean) => {
      Object.assign(one, { isAway });
      if (isAway) channel.markAway(one);
      else channel.markBack(one);
    };
    const next = (refusing?: Member) => nextThatAccepts(channel, (one) => one !== refusing);
    away(bob, true);
    away(dan, true);
    expect(channel.away).toBe(2);
    expect([next(), next(), next()]).toEqual([ann, cid, ann]);
    expect([next(cid), next(cid)]).toEqual([ann, ann]);
    away(ann, true);
    away(cid, true);
    expect(new Set([next(), next(), next(), next()])).toEqual(new Set([ann, bob, cid, dan]));
    away(cid, false);
    expect([next(), next(), next(cid)?.isAway]).toEqual([cid, cid, true]);
    channels.leave(bob, channel);
    expect(channel.away).toBe(2);
    enter(bob);
    expect(channel.away).toBe(3);
  });
});

import { describe, expect, test } from "bun:test";
import { Channel } from "../../src/delivery/channels.ts";
import { Publishing } from "../../src/delivery/publishing.ts";

const channel = new Channel("root", "hub", "h", "c1");
const shard = { topic: "c1.1", members: new Set<never>(), logs: [] };

describe("[M5] what a publish causes", () => {
  test("[M5] runs after it, in order, and at once when nothing is being published", () => {
    const diary: string[] = [];
    const publishing = new Publishing((_channel, _shard, payload) => {
      diary.push(`begin ${payload}`);
      publishing.after(() => diary.push(`first after ${payload}`));
      publishing.after(() => diary.push(`then after ${payload}`));
      diary.push(`end ${payload}`);
    });
    publishing.after(() => diary.push("at once"));
    publishing.publish(channel, shard, "a", undefined);
    expect(diary).toEqual(["at once", "begin a", "end a", "first after a", "then after a"]);
  });

  test("[M5] may publish, and waits for the outermost publish", () => {
    const diary: string[] = [];
    const publishing = new Publishing((_channel, _shard, payload) => {
      diary.push(`begin ${payload}`);
      if (payload === "a") {
        publishing.after(() => publishing.publish(channel, shard, "b", undefined));
        publishing.publish(channel, shard, "nested", undefined);
      }
      diary.push(`end ${payload}`);
    });
    publishing.publish(channel, shard, "a", undefined);
    expect(diary).toEqual(["begin a", "begin nested", "end nested", "end a", "begin b", "end b"]);
  });

  test("[M5] runs although the publish throws", () => {
    let isDone = false;
    const publishing = new Publishing(() => {
      publishing.after(() => {
        isDone = true;
      });
      throw new Error("broken");
    });
    expect(() => publishing.publish(channel, shard, "a", undefined)).toThrow("broken");
    expect(isDone).toBe(true);
  });
});

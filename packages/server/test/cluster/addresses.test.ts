import { expect, test } from "bun:test";
import fc from "fast-check";
import { decodeFrame, encodeFrame } from "../../src/cluster/frames.ts";
import { channelOf, isKey, keyOf } from "../../src/cluster/holding.ts";
import { readMessage, sentTarget } from "../../src/cluster/targets.ts";

/** Any name of PROTOCOL.md N1, with parts that mean something to NATS, JSON or JavaScript. */
const name = fc
  .array(
    fc.oneof(
      fc.constantFrom(".", "*", ">", " ", '"', "\\", "__proto__", "💥", "\ud800", "\u2028", "/"),
      fc.string({ unit: "binary" }),
    ),
    {
      minLength: 1,
      maxLength: 4,
    },
  )
  .map((parts) => parts.join("").replaceAll(/\p{Cc}/gu, ""))
  .filter((text) => text.length > 0);
const kind = fc.constantFrom("name" as const, "hub" as const, "broadcast" as const);
const channel = fc.record({ instance: name, kind, name });

test("N1 K9 R160 the key of a channel names exactly that channel", () => {
  fc.assert(
    fc.property(channel, channel, (one, other) => {
      expect(isKey(keyOf(one))).toBe(true);
      expect(channelOf(keyOf(one))).toEqual(one);
      expect(keyOf(one) === keyOf(other)).toBe(JSON.stringify(one) === JSON.stringify(other));
    }),
    { seed: 17, numRuns: 500 },
  );
});

test("N1 K9 R160 a message arrives at another node with the instance and the targets that it was sent to", () => {
  const target = fc.oneof(
    fc.record({ kind, name }),
    fc.record({ kind: fc.constant("session" as const), id: fc.integer({ min: 1, max: 2 ** 31 - 1 }) }),
  );
  fc.assert(
    fc.property(name, fc.array(target, { minLength: 1, maxLength: 5 }), (instance, targets) => {
      const head = ["message", instance, targets.map(sentTarget), 0];
      const frame = decodeFrame(encodeFrame({ from: "0123", number: 1, head, body: "{}" }));
      if (!("head" in frame)) throw new Error("it cannot be read");
      expect(readMessage(frame.head, frame.body)).toMatchObject({ instance, targets, payload: "{}" });
    }),
    { seed: 17, numRuns: 500 },
  );
});

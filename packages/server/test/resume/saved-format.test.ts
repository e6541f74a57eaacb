import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { decodeNode, encodeNode, SAVED_FORMAT, UnusableFile } from "../../src/resume/saved-format.ts";
import type { SavedFrame, SavedNode } from "../../src/resume/saved-node.ts";
import { savedNode, savedSession, sessionWithFrames } from "./saved-node.ts";

function fileOf(node: SavedNode): Buffer {
  const chunks: Buffer[] = [];
  encodeNode(node, (bytes) => chunks.push(Buffer.from(bytes)));
  return Buffer.concat(chunks);
}

const reread = (node: SavedNode): SavedNode => decodeNode(fileOf(node));

/** Uses every field once. */
const full = savedNode(
  [
    savedSession(7, {
      log: {
        firstHeld: 300,
        acknowledged: 298,
        written: 300,
        frames: ['{"to":"Ann"}', "é🎲", new Uint8Array([0, 255, 1])],
        inTurn: [{ frame: 301, name: "calc", call: { caller: 8, id: 2 } }],
      },
      queue: ['{"a":1}', new Uint8Array([9])],
      grant: { name: "calc-2", service: "calc", account: "hash" },
      retired: true,
      memberships: [
        { kind: "hub", name: "__proto__", joined: 5, attributes: { seat: "3" }, isAway: true, follows: true },
      ],
      watches: ["Bob"],
      reload: true,
    }),
    savedSession(8),
  ],
  {
    calls: [{ id: 1, caller: 7, callees: [8], stream: true, credit: 65_536 }],
    claims: [{ key: "root\0Ann", hash: "$argon2id$", address: "192.0.2.1", remaining: 600_000 }],
    rotations: [{ instance: "root", name: "calc", members: [8, 7] }],
    rooms: {
      marks: { version: 9, term: 3 },
      rooms: [
        {
          instance: "root",
          kind: "hub",
          name: "__proto__",
          state: {
            version: 7,
            pruned: 2,
            host: 8,
            term: 3,
            entries: [{ key: "\ud800", text: '{"__proto__":1e400}', version: 7, owner: 8 }],
            tombstones: [["__proto__", 6]],
          },
          options: { capacity: 8, seats: 2, passwordDigest: "abc", closed: true, grace: 0 },
          seats: [[2, 8]],
          followers: [{ session: 8, wants: false, received: { certain: 5, samples: [{ version: 6, total: 9 }] } }],
        },
      ],
    },
  },
);

const text = fc.string({ unit: "binary" });
const bytes = fc.uint8Array({ maxLength: 40 });
const payload = fc.oneof(text, bytes);

describe("the file of saved sessions", () => {
  test("contains everything", () => {
    expect(reread(full)).toEqual(full);
  });

  test("keeps any text and bytes", () => {
    const nodes = fc.array(
      fc.record({ frames: fc.array(payload, { maxLength: 8 }), queue: fc.array(payload, { maxLength: 4 }) }),
    );
    fc.assert(
      fc.property(nodes, (lists) => {
        const sessions = lists.map(({ frames, queue }, index) => ({ ...sessionWithFrames(index + 1, frames), queue }));
        expect(reread(savedNode(sessions))).toEqual(savedNode(sessions));
      }),
      { numRuns: 200 },
    );
  });

  test("keeps frames larger than a chunk, between small ones", () => {
    const large = "é".repeat(700_000);
    const frames = ["first", large, "x".repeat(1_048_571), new Uint8Array(3_000_000).fill(7), "last"];
    expect(reread(savedNode([sessionWithFrames(1, frames)])).sessions[0]?.log.frames).toEqual(frames);
  });

  test("contains a message to many sessions once, and gives them one object again", () => {
    const shared: SavedFrame = { payload: "x".repeat(10_000) };
    const sessions = Array.from({ length: 50 }, (_, index) => sessionWithFrames(index + 1, [shared, `own ${index}`]));
    const file = fileOf(savedNode(sessions));
    expect(file.byteLength).toBeLessThan(30_000);
    const logs = decodeNode(file).sessions.map(({ log }) => log.frames);
    expect(logs).toHaveLength(50);
    for (const [first] of logs) expect(first).toBe(logs[0]?.[0] ?? "missing");
    expect(logs[0]?.[0]).toEqual(shared);
  });

  test("is unusable when it ends at any earlier byte", () => {
    const file = fileOf(full);
    for (let end = 0; end < file.byteLength; end++)
      expect(() => decodeNode(file.subarray(0, end)), `at byte ${end}`).toThrow(UnusableFile);
  });

  test("is unusable when any byte is changed", () => {
    const file = fileOf(full);
    const change = fc.tuple(fc.nat(file.byteLength - 1), fc.integer({ min: 1, max: 255 }));
    for (let at = 0; at < file.byteLength; at++) expect(() => decodeNode(flipped(file, at, 1))).toThrow(UnusableFile);
    fc.assert(
      fc.property(change, ([at, mask]) => expect(() => decodeNode(flipped(file, at, mask))).toThrow(UnusableFile)),
      { numRuns: 500 },
    );
  });

  test("is unusable when bytes follow it", () => {
    expect(() => decodeNode(Buffer.concat([fileOf(full), Buffer.of(0)]))).toThrow(UnusableFile);
  });

  test("of another format is named as such", () => {
    const file = fileOf(full);
    file.writeUInt32LE(SAVED_FORMAT + 1, 8);
    expect(() => decodeNode(file)).toThrow(`its format is ${SAVED_FORMAT + 1}; this version reads ${SAVED_FORMAT}`);
  });

  test("has not changed without a new SAVED_FORMAT", () => {
    // A relay that reads files of another shape would restore nonsense. If this fails, raise SAVED_FORMAT, then update both.
    expect([SAVED_FORMAT, Bun.hash.crc32(fileOf(full))]).toEqual([2, 2_000_019_875]);
  });
});

function flipped(file: Buffer, at: number, mask: number): Buffer {
  const copy = Buffer.from(file);
  copy.writeUInt8(copy.readUInt8(at) ^ mask, at);
  return copy;
}

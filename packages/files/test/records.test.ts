import { expect, test } from "bun:test";
import fc from "fast-check";
import { concat, randomBytes } from "../src/bytes.ts";
import { createCipher } from "../src/cipher.ts";
import {
  CHUNK,
  DIGEST_CHUNK,
  nextPlace,
  openRecord,
  placeOf,
  RECORD,
  RecordReader,
  sealRecord,
  startOf,
} from "../src/records.ts";

const key = randomBytes(32);

test("records come out as they went in, however the stream is split", async () => {
  const cipher = await createCipher(key);
  const sizes = [0, 10, CHUNK, CHUNK + 1];
  const places: { file: number; chunk: number }[] = [];
  for (let place = startOf(0, 0, sizes); place.file < sizes.length; place = nextPlace(place, sizes)) places.push(place);
  expect(places.map(({ chunk }) => (chunk === DIGEST_CHUNK ? "digest" : `${chunk}`)).join(" ")).toBe(
    "digest 0 digest 0 digest 0 1 digest",
  );
  const records = await Promise.all(
    places.map(({ file, chunk }) => {
      const length = chunk === DIGEST_CHUNK ? 32 : Math.min(CHUNK, (sizes[file] ?? 0) - chunk * CHUNK);
      return sealRecord(cipher, { file, chunk }, randomBytes(length));
    }),
  );
  expect(Math.max(...records.map(({ length }) => length))).toBe(RECORD);
  const stream = concat(...records);
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: stream.length }), { maxLength: 8 }), (cuts) => {
      const reader = new RecordReader(sizes, { file: 0, chunk: DIGEST_CHUNK });
      const edges = [0, ...cuts.toSorted((a, b) => a - b), stream.length];
      const found = edges.slice(1).flatMap((to, at) => reader.add(stream.subarray(edges[at], to)));
      expect(found.map(placeOf)).toEqual(places);
    }),
    { numRuns: 30 },
  );
});

test("a record that was changed, moved or sealed with another key cannot be opened", async () => {
  const cipher = await createCipher(key);
  const record = await sealRecord(cipher, { file: 1, chunk: 7 }, randomBytes(100));
  expect(await openRecord(cipher, record)).toHaveLength(100);
  for (const at of [0, 7, 8, record.length - 1]) {
    const changed = record.slice();
    changed[at] = (changed[at] ?? 0) ^ 1;
    await expect(openRecord(cipher, changed)).rejects.toThrow();
  }
  await expect(openRecord(await createCipher(randomBytes(32)), record)).rejects.toThrow();
});

test("a record other than the next one, of a file that was not offered, or beyond the end ends the run", async () => {
  const cipher = await createCipher(key);
  const sealed = (file: number, chunk: number) => sealRecord(cipher, { file, chunk }, randomBytes(16));
  for (const [file, chunk] of [
    [0, 1],
    [1, 0],
    [9, 0],
    [0, DIGEST_CHUNK],
  ] as const) {
    const reader = new RecordReader([16], { file: 0, chunk: 0 });
    const record = await sealed(file, chunk);
    expect(() => reader.add(record)).toThrow("instead of");
  }
  const reader = new RecordReader([16], { file: 0, chunk: DIGEST_CHUNK });
  const digest = await sealRecord(cipher, { file: 0, chunk: DIGEST_CHUNK }, randomBytes(32));
  expect(reader.add(digest)).toHaveLength(1);
  expect(() => reader.add(digest)).toThrow("instead of");
});

test("pages of plain HTTP, without crypto.subtle, read what others seal", async () => {
  const nonce = randomBytes(12);
  const plain = randomBytes(1_000);
  const subtle = await createCipher(key);
  const own = await createCipher(key, undefined);
  expect(own).not.toBe(subtle);
  expect(await own.open(nonce, await subtle.seal(nonce, plain))).toEqual(plain);
  expect(await subtle.open(nonce, await own.seal(nonce, plain))).toEqual(plain);
});

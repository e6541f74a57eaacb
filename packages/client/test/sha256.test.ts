import { expect, test } from "bun:test";
import { hexOf, Sha256 } from "../src/files/sha256.ts";

test("SHA-256 of any length, in any pieces, is that of the platform", () => {
  for (const length of [0, 1, 55, 56, 57, 63, 64, 65, 119, 120, 128, 1_000, 70_001]) {
    const bytes = Uint8Array.from({ length }, (_, at) => (at * 31) ^ (at >> 8));
    for (const piece of [1, 63, 64, 65, 10_000]) {
      if (length / piece > 5_000) continue;
      const hash = new Sha256();
      for (let from = 0; from < length; from += piece) hash.update(bytes.subarray(from, from + piece));
      const expected = new Bun.CryptoHasher("sha256").update(bytes).digest("hex");
      expect(`${length}/${piece} ${hexOf(hash.digest())}`).toBe(`${length}/${piece} ${expected}`);
    }
  }
});

import { describe, expect, test } from "bun:test";
import { OPERATING, withTables } from "./operating-tables.ts";

describe("docs/operating.md", () => {
  test("lists every option and every metric as they are; operating-tables.ts writes them anew", async () => {
    const document = await Bun.file(OPERATING).text();
    expect(document).toBe(await withTables(document));
  });
});

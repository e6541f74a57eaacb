import { expect, test } from "bun:test";
import { documentFile, generatedDocuments } from "./docs.ts";

test.each(Object.entries(generatedDocuments))("%s is current; otherwise: npm run docs", async (path, generate) => {
  const current = await documentFile(path).text();
  if (current !== (await generate(current))) throw new Error(`${path} is out of date; run npm run docs`);
  expect(current).not.toBe("");
});

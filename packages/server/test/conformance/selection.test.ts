import { expect, test } from "bun:test";
import { leftOut, obstacle } from "./selection.ts";
import { optionsText, vectorFiles } from "./vectors.ts";

const all = vectorFiles.flatMap(({ cases }) => cases);
const foreign = { cloudPort: true, services: true, options: "" };

test("nothing is left out on a server that is started here", () => {
  expect(leftOut({ ...foreign, options: undefined }, vectorFiles).size).toBe(0);
});

test("on a server given by address, what it lacks is named with the conversations that need it", () => {
  const changed = all.filter(({ options }) => options);
  expect(changed.length).toBeGreaterThan(4);
  const left = leftOut(foreign, vectorFiles);
  expect([...left.values()].flat()).toEqual(changed.map(({ id }) => id));
  expect([...left.keys()]).toContain("a server started with max-channels=2 max-depth=0 max-targets=3");
  const bare = leftOut({ cloudPort: false, services: false, options: "" }, vectorFiles);
  expect([...bare.keys()]).toEqual(expect.arrayContaining(["a cloud port", "the services of vectors/README.md"]));
});

test("on a server started with options, exactly the conversations with these options are played", () => {
  for (const { options } of all) {
    const given = { ...foreign, options: optionsText(options) };
    const played = vectorFiles.flatMap((file) => file.cases.filter((vector) => !obstacle(given, file, vector)));
    expect(new Set(played.map((vector) => optionsText(vector.options)))).toEqual(new Set([optionsText(options)]));
  }
});

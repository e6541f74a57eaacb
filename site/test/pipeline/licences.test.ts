import { expect, test } from "bun:test";
import { collectLicences } from "../../pipeline/licences.ts";
import { file } from "../../pipeline/site-file.ts";
import { startRelay } from "../kit/relay.ts";

test("a package in a script's source map brings its licence; one without a licence cannot be served", async () => {
  const map = (source: string) => [file("/a.js.map", "map", JSON.stringify({ sources: [source] }))];
  const text = await collectLicences(map("../node_modules/preact/src/index.js"), []);
  expect(text).toStartWith("Achex\n\nMIT License");
  expect(text).toMatch(/^preact \d+\.\d+\.\d+\n\nThe MIT License/m);
  // Its licence is a section of its README.
  const section = await collectLicences(map("../node_modules/fft.js/lib/fft.js"), []);
  expect(section).toMatch(/^fft\.js \d+\.\d+\.\d+\n\nThis software is licensed under the MIT License\.\n\nCopyright/m);
  await expect(collectLicences(map("../node_modules/@achex/nothing/index.js"), [])).rejects.toThrow();
});

test("/licences.txt has those of all that is in the scripts served", async () => {
  await using relay = startRelay();
  const response = await fetch(relay.http("/licences.txt"));
  expect(response.headers.get("content-type")).toBe("text/plain; charset=utf-8");
  const text = await response.text();
  for (const name of ["preact", "@preact/signals", "@preact/signals-core", "uplot", "uqr", "jquery"])
    expect(text).toMatch(new RegExp(`^${name} \\d`, "m"));
});

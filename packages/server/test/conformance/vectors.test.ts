import { afterAll, describe, test } from "bun:test";
import { replay } from "./replay.ts";
import { leftOut, obstacle } from "./selection.ts";
import { openTarget, type Target, traits } from "./target.ts";
import { type Options, optionsText, vectorFiles } from "./vectors.ts";

/** One server for each set of options, started when the first conversation needs it. */
const targets = new Map<string, Promise<Target>>();

function targetWith(options: Options = {}): Promise<Target> {
  const key = optionsText(options);
  const target = targets.get(key) ?? openTarget(options);
  targets.set(key, target);
  return target;
}

afterAll(async () => {
  for (const target of targets.values()) await (await target)[Symbol.asyncDispose]();
});

for (const [need, ids] of leftOut(traits, vectorFiles)) console.log(`left out, need ${need}: ${ids.join(", ")}`);

for (const file of vectorFiles) {
  describe(`vectors/${file.name}: ${file.about}`, () => {
    for (const vector of file.cases.filter((one) => obstacle(traits, file, one) === undefined)) {
      test(`[${vector.rules.join(" ")}] ${vector.title} (${vector.id})`, async () =>
        replay(await targetWith(vector.options), vector));
    }
  });
}

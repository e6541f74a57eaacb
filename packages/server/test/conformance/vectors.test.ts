import { afterAll, beforeAll, describe, test } from "bun:test";
import { replay } from "./replay.ts";
import { hasCloudPort, hasServices, openTarget, type Target } from "./target.ts";
import { type Vector, vectorFiles } from "./vectors.ts";

let target: Target;
beforeAll(async () => {
  target = await openTarget();
});
afterAll(() => target[Symbol.asyncDispose]());

/** A server given by address may have no cloud port, or none of the services; then the cases that need one are not about it. */
const concerns = ({ clients }: Vector) =>
  hasCloudPort || Object.values(clients).every((client) => client.port === undefined);

for (const { name, about, services = [], cases } of vectorFiles) {
  if (services.length > 0 && !hasServices) continue;
  describe(`vectors/${name}: ${about}`, () => {
    for (const vector of cases.filter(concerns)) {
      test(`[${vector.rules.join(" ")}] ${vector.title} (${vector.id})`, () => replay(target, vector));
    }
  });
}

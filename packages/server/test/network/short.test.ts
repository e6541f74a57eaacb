import { expect, test } from "bun:test";
import { startHosts } from "./hosts.ts";
import { loopbackNetwork } from "./network.ts";
import { playRound } from "./round.ts";

/** A relay and its NATS server are paused: the only disturbance after which everything works again within a second. */
const ROUND = 6;

test("R140 R160 R165 R166 R167 R169 a short round of npm run test:network, with three NATS servers on the loopback interface", async () => {
  using network = loopbackNetwork();
  await using hosts = await startHosts(network, "nats-server");
  const { what, counts, problems } = await playRound(hosts, { round: ROUND, seed: 7, longest: 1_000 });
  expect(what).toContain("is paused");
  expect(problems).toEqual([]);
  for (const name of ["keptAcknowledged", "stateAcknowledged", "plainAcknowledged", "claimsGranted"])
    expect(counts[name]).toBeGreaterThan(0);
}, 200_000);

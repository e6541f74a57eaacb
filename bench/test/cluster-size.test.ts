import { expect, test } from "bun:test";
import { trafficOf } from "../cluster-size.ts";

test("M5 R161 nodes send each other what docs/scaling.md says, so the figures for 100 nodes hold", async () => {
  for (const nodes of [3, 9]) {
    const others = nodes - 1;
    expect(await trafficOf(nodes)).toEqual({
      nodes,
      perSecondWithoutClients: 2 * nodes * others,
      login: 2 * others,
      messageToANameElsewhere: 1,
      messageWithResult: 2,
      joinOfANewHub: 2 * others,
      joinOfAHubThatTheNodeHas: 0,
      messageToAHubOfAll: others,
      // The node of the new member sends one to each other node with followers; node 1 has a member without.
      joinSeenByFollowersOnAllNodes: others - 1,
    });
  }
});

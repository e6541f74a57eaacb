import { describe, expect, test } from "bun:test";
import { until } from "../../../../packages/server/test/kit/wait.ts";
import type { CountingRoom } from "./kit/party.ts";
import { startParty } from "./kit/party.ts";

const seatsOf = (room: CountingRoom) => room.players.value.map(({ name, seat, status }) => `${name} ${seat} ${status}`);

describe("a room", () => {
  test("the first two get seats, the third waits; when both are ready a round starts, and late joiners see it", async () => {
    await using party = await startParty();
    const ann = await party.join("Ann");
    const bob = await party.join("Bob");
    await until("Bob has a seat", () => bob.room.me.value?.seat === 1);
    const cid = await party.join("Cid");
    await until("Cid sees three", () => cid.room.players.value.length === 3);
    expect(seatsOf(cid.room)).toEqual(["Ann 0 here", "Bob 1 here", "Cid undefined here"]);
    expect([ann.room.isHost.value, bob.room.isHost.value, bob.room.host.value?.name]).toEqual([true, false, "Ann"]);
    ann.room.setReady(true);
    bob.room.setReady(true);
    await until("the countdown", () => cid.room.phase.value.name === "countdown");
    ann.room.start({ atOnce: true });
    await until("the round", () => cid.room.phase.value.name === "playing");
    expect(cid.room.phase.value.round).toBe(1);
    ann.room.publish({ sum: 7 });
    const dora = await party.join("Dora");
    await until("Dora sees the sum", () => dora.room.checkpoint("sum") === 7);
    expect([dora.room.phase.value.name, dora.room.me.value?.seat]).toEqual(["playing", undefined]);
  });
});

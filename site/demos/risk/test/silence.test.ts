import { describe, expect, setSystemTime, test } from "bun:test";
import { Pilot } from "../net/pilot.ts";
import { DEFAULTS } from "../net/schemas.ts";
import { Silence } from "../net/silence.ts";
import { awaitsRoll } from "../rules/seats.ts";
import { startTableParty, until } from "./kit/table-party.ts";

/** Checks every half second of a clock that only runs here, and collects pings. */
function watched() {
  const pings: number[] = [];
  let now = 1_000_000;
  const start = now;
  const silence = new Silence(() => pings.push(now - start));
  return {
    silence,
    pings,
    /** Returns after how many ms of the clock the player was silent for too long, if that happens within `ms`. */
    pass(id: string | undefined, ms: number, step = 500): number | undefined {
      for (const end = now + ms; now < end; now += step) if (silence.check(id, now)) return now - start;
      return undefined;
    },
  };
}

describe("pings of the host", () => {
  test("every 5 s; 30 s without an answer are too long", () => {
    const { pings, pass } = watched();
    expect(pass("ann", 60_000)).toBe(30_000);
    expect(pings).toEqual([0, 5_000, 10_000, 15_000, 20_000, 25_000]);
  });

  test("a player who answers is not replaced, however long it thinks", () => {
    const { silence, pass, pings } = watched();
    for (let turn = 0; turn < 100; turn++) {
      expect(pass("ann", 25_000)).toBeUndefined();
      silence.answered("ann");
    }
    expect(pings.length).toBe(500);
    // Others cannot answer for it.
    expect(pass("ann", 25_000)).toBeUndefined();
    silence.answered("ben");
    expect(pass("ann", 10_000)).toBeDefined();
  });

  test("the silence of one player does not count for the next, nor after its return", () => {
    const { pass } = watched();
    expect(pass("ann", 25_000)).toBeUndefined();
    expect(pass("ben", 25_000)).toBeUndefined();
    expect(pass("ben", 10_000)).toBeDefined();
    expect(pass(undefined, 60_000)).toBeUndefined();
    expect(pass("ben", 25_000)).toBeUndefined();
  });

  test("a host that was frozen, or whose timers are slow, asks again before it replaces anybody", () => {
    const { silence, pings, pass } = watched();
    expect(pass("ann", 500)).toBeUndefined();
    // Its timers run once per minute, and the answer comes after each.
    for (let minute = 1; minute <= 10; minute++) {
      expect(pass("ann", 60_000, 60_000)).toBeUndefined();
      silence.answered("ann");
    }
    expect(pings.length).toBe(10);
    expect(pass("ann", 180_000, 60_000)).toBeUndefined();
  });
});

test("without a timer, a bot plays for a page that is frozen while its connection lives, until it is back", async () => {
  await using party = await startTableParty();
  const peers = [await party.join("Ann"), await party.join("Ben")] as const;
  await until(() => peers.every(({ room }) => room.me.value?.seat !== undefined), "everybody has a seat");
  const [host, other] = peers[0].room.isHost.peek() ? peers : [peers[1], peers[0]];
  host.room.publish({ settings: { ...DEFAULTS, players: 2, options: { ...DEFAULTS.options, timer: 0 } } });
  await until(() => other.table.settings.value.options.timer === 0, "both know the rules");
  host.room.start({ atOnce: true });
  host.pilot.isOn.value = true;
  const seat = () => other.table.game.value?.seats.find(({ id }) => id === other.room.myId);
  await until(() => {
    const game = other.table.game.value;
    return game !== undefined && !awaitsRoll(game) && game.seats[game.turn]?.id === other.room.myId;
  }, "it is the other's turn");

  // Each ping takes the clock ten seconds on.
  let pings = 0;
  let wake = () => {};
  other.room.on("ping", () => {
    pings++;
    setSystemTime(Date.now() + 10_000);
    wake();
    return undefined;
  });
  const pinged = (count: number) =>
    new Promise<void>((resolve) => {
      wake = () => pings >= count && resolve();
      wake();
    });
  try {
    await pinged(5);
    expect(seat()?.control).toBe("human");
    other.pilot.close();
    await until(() => seat()?.control === "bot", "a bot plays for it");
    expect(pings).toBeGreaterThanOrEqual(9);
    const back = new Pilot(other.table);
    back.back();
    await until(() => seat()?.control === "human", "it is back");
    back.close();
  } finally {
    setSystemTime();
  }
}, 60_000);

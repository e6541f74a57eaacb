// Room codes: cspell:ignore bcdf bcdfa bcdfgh bcdfh bcdfj bcdfk bcdfm bcdfn bcdfp
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { CODE_ALPHABET, codeFrom, newCode } from "../room/code.ts";
import { COLORS } from "../room/colors.ts";
import { openRoomsFrom } from "../room/directory.ts";
import { shortHash } from "../room/hash.ts";
import { idOf, isId, keyFor, loginName } from "../room/identity.ts";
import { nameFrom, randomName } from "../room/names.ts";
import { COUNTDOWN, LOBBY, nextPhase } from "../room/phase.ts";
import { SeatClaim } from "../room/seat-claim.ts";
import { HOLD, SeatKeeper } from "../room/seat-keeper.ts";
import { emptySeats, leaveSeat, type SeatRequest, type Seats, takeSeat } from "../room/seats.ts";

const player = (number: number, sid = number): SeatRequest => ({
  id: shortHash(`player ${number}`),
  sid,
  name: `P${number}`,
  color: number % COLORS.length,
});

describe("codes, names and ids", () => {
  test("codes use every letter, and are read in any case, with spaces and dashes", () => {
    const codes = Array.from({ length: 400 }, () => newCode());
    expect(new Set(codes.join("")).size).toBe(CODE_ALPHABET.length);
    for (const code of codes.slice(0, 20)) {
      expect(codeFrom(code)).toBe(code);
      expect(codeFrom(` ${code.slice(0, 2).toLowerCase()}-${code.slice(2)} `)).toBe(code);
    }
    for (const wrong of ["", "BCDF", "BCDFGH", "BCDFA", "BCDF1", 5, null, "x".repeat(1_000)])
      expect(codeFrom(wrong)).toBeUndefined();
  });

  test("a name is one short line of visible characters, whatever a peer sends", () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        const name = nameFrom(value);
        expect([...name].length).toBeLessThanOrEqual(20);
        expect(name.trim()).not.toBe("");
        expect(name).not.toMatch(/[\p{Cc}\p{Cf}\n]/u);
      }),
    );
    expect(nameFrom("  Ann\u202e \u200bB.\n")).toBe("Ann B.");
    expect(nameFrom("Z\u0300\u0301\u0302\u0303\u0304")).toBe("Z\u0300\u0301".normalize("NFC"));
    expect(nameFrom("")).toBe("Player");
    expect(randomName(() => 0)).toBe("Brisk Badger");
  });

  test("a key proves an id in one room only, and does not show the secret", () => {
    const identity = { secret: "s".repeat(64) };
    const keys = [
      keyFor(identity, "pong", "BCDFG"),
      keyFor(identity, "pong", "BCDFH"),
      keyFor(identity, "draw", "BCDFG"),
    ];
    expect(new Set(keys.map(idOf)).size).toBe(3);
    expect(keys.map(idOf).every(isId)).toBe(true);
    expect(`${keys} ${loginName(identity, "pong")}`).not.toContain(identity.secret);
  });
});

describe("seats", () => {
  test("whatever happens, nobody has two seats, no two have one, and colours differ", () => {
    const action = fc.record({ who: fc.nat(9), seat: fc.option(fc.nat(5), { nil: undefined }), leaves: fc.boolean() });
    fc.assert(
      fc.property(fc.array(action, { maxLength: 60 }), (actions) => {
        let seats = emptySeats(4);
        for (const { who, seat, leaves } of actions) {
          const before = seats;
          seats = leaves ? leaveSeat(seats, player(who).id) : takeSeat(seats, { ...player(who), seat });
          expect(seats.length).toBe(4);
          const ids = seats.flatMap((one) => one?.id ?? []);
          const colors = seats.flatMap((one) => one?.color ?? []);
          expect([new Set(ids).size, new Set(colors).size]).toEqual([ids.length, colors.length]);
          // Nobody loses a seat because of somebody else.
          for (const one of before) if (one && one.id !== player(who).id) expect(seats).toContainEqual(one);
        }
      }),
    );
  });

  test("a player who returns has the same seat, under the new session", () => {
    const seats = [1, 2, 3].reduce<Seats>((all, number) => takeSeat(all, player(number)), emptySeats(3));
    expect(takeSeat(seats, player(4))).toBe(seats);
    const again = takeSeat(seats, player(2, 99));
    expect(again.map((seat) => seat?.sid)).toEqual([1, 99, 3]);
  });

  test("the host keeps seats during a round, gives them out between rounds, and frees them after a minute", () => {
    let seats = emptySeats(2);
    let now = 0;
    let name: "lobby" | "playing" = "lobby";
    let present = new Set([1, 2, 3]);
    const keeper = new SeatKeeper({
      lateSeats: false,
      seats: () => seats,
      phase: () => ({ ...LOBBY, name }),
      present: () => present,
      publish: (next) => {
        seats = next;
      },
      now: () => now,
    });
    const sids = () => seats.map((seat) => seat?.sid);
    expect([keeper.claim(player(1)), sids()]).toEqual([undefined, [1, undefined]]);
    name = "playing";
    expect([keeper.claim(player(2)), sids()]).toEqual(["seats are given out between rounds", [1, undefined]]);
    expect(keeper.claim({ ...player(1, 9), seat: 1 })).toBeUndefined();
    expect(sids()).toEqual([9, undefined]);
    keeper.sweep();
    now += 10 * HOLD;
    keeper.sweep();
    expect(sids()).toEqual([9, undefined]);
    name = "lobby";
    keeper.sweep();
    expect(sids()).toEqual([undefined, undefined]);
    keeper.claim(player(2));
    present = new Set();
    keeper.sweep();
    now += HOLD - 1;
    keeper.sweep();
    expect(sids()).toEqual([2, undefined]);
    now += 1;
    keeper.sweep();
    expect(sids()).toEqual([undefined, undefined]);
  });

  test("a player asks once for a free seat, again when something has changed, and does not fight with another tab", () => {
    const claim = new SeatClaim();
    const facts = {
      ...{ id: player(1).id, mySid: 1, term: 1, hasHost: true, isSpectator: false, lateSeats: false },
      ...{ seats: emptySeats(2), phase: LOBBY, present: new Set([1, 7]) },
    };
    expect([claim.isDue(facts), claim.isDue(facts)]).toEqual([true, false]);
    expect(claim.isDue({ ...facts, term: 2 })).toBe(true);
    expect(claim.isDue({ ...facts, term: 3, isSpectator: true })).toBe(false);
    expect(claim.isDue({ ...facts, term: 3, phase: { ...LOBBY, name: "playing" } })).toBe(false);
    expect(claim.isDue({ ...facts, term: 3, phase: { ...LOBBY, name: "playing" }, lateSeats: true })).toBe(true);
    const elsewhere = { ...facts, term: 4, seats: takeSeat(emptySeats(2), player(1, 7)) };
    expect(claim.isDue(elsewhere)).toBe(false);
    expect(claim.isDue({ ...elsewhere, present: new Set([1]) })).toBe(true);
    expect(claim.isDue({ ...elsewhere, mySid: 8 })).toBe(true);
  });
});

describe("rounds", () => {
  const facts = { here: 2, ready: 2, minPlayers: 2, fewest: 2 };

  test("when all are ready a countdown begins, and after it the round", () => {
    expect(nextPhase(LOBBY, { ...facts, ready: 1 }, 100)).toBeUndefined();
    expect(nextPhase(LOBBY, { ...facts, here: 1, ready: 1 }, 100)).toBeUndefined();
    const countdown = nextPhase(LOBBY, facts, 100);
    expect(countdown).toEqual({ name: "countdown", round: 0, at: 100 + COUNTDOWN });
    if (!countdown) return;
    expect(nextPhase(countdown, { ...facts, ready: 0 }, 99 + COUNTDOWN)).toBeUndefined();
    expect(nextPhase(countdown, facts, 100 + COUNTDOWN)).toEqual({ name: "playing", round: 1, at: 100 + COUNTDOWN });
    expect(nextPhase(countdown, { ...facts, here: 1 }, 200)?.name).toBe("lobby");
    expect(nextPhase({ name: "over", round: 1, at: 0 }, facts, 100)?.name).toBe("countdown");
    expect(nextPhase({ name: "playing", round: 1, at: 0 }, facts, 100)).toBeUndefined();
  });
});

test("open rooms: what makes no sense is left out, waiting rooms come first, each once", () => {
  const member = (sid: number, attributes: Record<string, string | number>, away = false) => ({
    name: "x",
    sid,
    joined: 0,
    attributes,
    away,
  });
  const room = (code: string, players: number, phase = "lobby") => ({ code, players, seats: 4, phase });
  const rooms = openRoomsFrom([
    member(1, room("BCDFG", 3, "playing")),
    member(2, room("BCDFH", 1)),
    member(3, room("BCDFJ", 2)),
    member(4, room("BCDFJ", 2)),
    member(5, room("BCDFK", 4)),
    member(6, room("bad", 1)),
    member(7, room("BCDFM", -1)),
    member(8, room("BCDFN", 1, "party")),
    member(9, room("BCDFP", 1), true),
    member(10, {}),
  ]);
  expect(rooms.map(({ code }) => code)).toEqual(["BCDFJ", "BCDFH", "BCDFG"]);
});

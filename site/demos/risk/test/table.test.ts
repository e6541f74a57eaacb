import { describe, expect, test } from "bun:test";
import { Ledger } from "../net/ledger.ts";
import { fromFile, toFile } from "../net/save-file.ts";
import { DEFAULTS } from "../net/schemas.ts";
import { type Peer, startTableParty, until } from "./kit/table-party.ts";

/** The host chooses a quick game; everybody is ready. */
async function begin(peers: readonly Peer[], players = peers.length): Promise<void> {
  const [first] = peers;
  await until(() => peers.every(({ room }) => room.me.value?.seat !== undefined), "everybody has a seat");
  const host = peers.find(({ room }) => room.isHost.peek()) ?? first;
  host?.room.publish({
    settings: { ...DEFAULTS, players, level: "hard", pace: 0, options: { ...DEFAULTS.options, timer: 0 } },
  });
  await until(() => peers.every(({ table }) => table.settings.value.players === players), "everybody knows the rules");
  host?.room.start({ atOnce: true });
  await until(() => peers.every(({ table }) => (table.game.value?.seq ?? 0) > 1), "the first dice are rolled");
}

const isOver = ({ table }: Peer) => table.game.value?.phase.name === "over";
const hashes = ({ table }: Peer) => table.ledger.steps.map(({ hash }) => hash);

describe("a table", () => {
  test("two players play a whole game: every state is the same at both, and every roll has the secrets of both", async () => {
    await using party = await startTableParty();
    const ann = await party.join("Ann");
    const ben = await party.join("Ben");
    await begin([ann, ben]);
    ann.pilot.isOn.value = true;
    ben.pilot.isOn.value = true;
    await until(() => isOver(ann) && isOver(ben), "somebody wins");
    expect(hashes(ann)).toEqual(hashes(ben));
    const rolls = ann.table.ledger.steps.flatMap(({ entry }) => (entry.move.do === "roll" ? [entry.move.links] : []));
    expect(rolls.length).toBeGreaterThan(10);
    expect(rolls.every((links) => links.length === 2 && !links.includes(null))).toBe(true);
    expect([...ann.table.complaints.value, ...ben.table.complaints.value]).toEqual([]);
    // The saved game leads to the same end, and a changed one is noticed.
    const text = toFile(ann.table.ledger);
    const again = fromFile(text);
    expect(again instanceof Ledger && again.last?.hash).toBe(ben.table.ledger.last?.hash ?? "");
    expect(fromFile(text.replace(/"armies": (\d+)/, '"armies": 9$1'))).toStartWith("The file has been changed");
  }, 90_000);

  test("the host leaves in the middle: the next one goes on, and a bot plays for the one who left", async () => {
    await using party = await startTableParty();
    const peers = [await party.join("Ann"), await party.join("Ben"), await party.join("Cem")];
    await begin(peers, 4);
    for (const { pilot } of peers) pilot.isOn.value = true;
    const host = peers.find(({ room }) => room.isHost.peek());
    const others = peers.filter((peer) => peer !== host);
    await until(() => others.every(({ table }) => table.length.value > 30), "thirty moves");
    await host?.room.leave();
    host?.close();
    await until(() => others.every((peer) => peer.table.length.value > 120 || isOver(peer)), "the others play on");
    const [one, other] = others;
    if (!one || !other) throw new Error("two players are left");
    const both = Math.min(one.table.ledger.length, other.table.ledger.length);
    expect(hashes(one).slice(0, both)).toEqual(hashes(other).slice(0, both));
    expect([...one.table.complaints.value, ...other.table.complaints.value]).toEqual([]);
  }, 90_000);

  test("somebody who joins late sees the whole game", async () => {
    await using party = await startTableParty();
    const ann = await party.join("Ann");
    const ben = await party.join("Ben");
    await begin([ann, ben]);
    ann.pilot.isOn.value = true;
    ben.pilot.isOn.value = true;
    await until(() => ann.table.length.value > 60, "sixty moves");
    const cem = await party.join("Cem");
    await until(() => cem.table.length.value > 100 || isOver(cem), "Cem follows");
    const seen = hashes(cem);
    expect(seen).toEqual(hashes(ann).slice(0, seen.length));
  }, 90_000);

  test("a room that the relay keeps: everybody leaves, comes back, and the game goes on with the same dice chains", async () => {
    await using party = await startTableParty({ keep: "hub:room-* state=true" });
    const ann = await party.join("Ann");
    const ben = await party.join("Ben");
    await begin([ann, ben]);
    ann.pilot.isOn.value = true;
    ben.pilot.isOn.value = true;
    await until(
      () => (ann.room.checkpoint("head")?.seq ?? 0) > 20 && (ben.room.checkpoint("head")?.seq ?? 0) > 20,
      "it is stored",
    );
    const stored = ann.table.ledger.steps.slice(0, 20).map(({ hash }) => hash);
    for (const peer of [ann, ben]) peer.close();
    const again = [await party.join("Ann", ann.identity), await party.join("Ben", ben.identity)];
    for (const { pilot } of again) pilot.isOn.value = true;
    await until(() => again.every((peer) => peer.table.length.value > 60 || isOver(peer)), "the game goes on");
    for (const peer of again) expect(hashes(peer).slice(0, 20)).toEqual(stored);
  }, 90_000);
});

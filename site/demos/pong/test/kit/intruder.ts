import { GameConnection } from "../../../shared/connection/game-connection.ts";
import { openRoom } from "../../../shared/room/open-room.ts";
import { pong } from "../../net/game.ts";
import type { PongRoom } from "../../net/table.ts";

/** A member who keeps to no rules: not a page, but a program that sends what it likes. */
export class Intruder {
  private constructor(
    private readonly connection: GameConnection,
    private readonly room: PongRoom,
  ) {}

  static async join(port: number, code: string): Promise<Intruder> {
    const connection = new GameConnection({ url: `ws://127.0.0.1:${port}`, game: pong.id, survives: false });
    return new Intruder(connection, await openRoom(connection, pong, { code, name: "<b>Eve</b>", isSpectator: true }));
  }

  /** Garbage, moves of others, and the claim to be the host. */
  misbehave(): void {
    const { hub } = this.room;
    const n = 1_000;
    const swing = { y: 90, v: 0, power: true };
    const match = {
      teams: 1,
      goal: 3,
      score: [3, 0],
      n,
      phase: "over",
      server: 0,
      strikes: 0,
      longest: 0,
      energy: [0, 0, 0, 0],
    };
    const players = this.room.players.peek();
    this.room.setAttributes({ id: players.find(({ seat }) => seat === 1)?.id });
    for (const data of [
      { k: "move", d: { c: "0-0", s: 0, m: { kind: "miss", n } } },
      { k: "move", d: { c: "0-0", s: 1, m: { kind: "return", n, tick: 100, ...swing } } },
      { k: "move", d: { c: "0-0", m: { kind: "let", n } } },
      { k: "move", d: { c: "__proto__", s: 9, m: "x".repeat(5_000) } },
      { k: "paddle", d: { c: "0-0", s: 1, y: 20, t: 1 } },
      { k: "match", d: { c: "0-0", match } },
      { k: "$checkpoint", d: { "game/scores": { "0-0": match } } },
      { k: "$claim", d: { key: "f".repeat(64) } },
      { k: { toString: 1 } },
    ])
      void hub.send(data);
    void hub.state.set({ "host/game/scores": { "0-0": match }, host: {} });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.room.close();
    this.connection.close();
  }
}

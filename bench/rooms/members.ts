// Members of one room on a relay of this checkout, for the measurements of rooms.
import { parseArgs } from "node:util";
import { RawClient } from "../hostile/kit/raw-client.ts";
import { stopAllOnExit } from "../lib/processes.ts";
import { type Running, withServer } from "../lib/server.ts";
import type { Rival } from "../lib/types.ts";
import { ours } from "../rivals/ours.ts";

const HUB = "room";

/** At the limits per session, the benchmark would measure the limits instead of the work. */
const unlimited: Rival = {
  ...ours,
  command: (port, folder) => [
    ...ours.command(port, folder),
    "--max-bytes-per-second",
    "0",
    "--max-delivered-bytes-per-second",
    "0",
  ],
};

/** A client of achex.2 with requests, which counts what it receives. */
export class Member {
  private refs = 0;
  private readonly waiting = new Map<number, () => void>();
  /** Called for each frame that is not a reply. */
  onFrame: ((text: string) => void) | undefined;

  private constructor(readonly client: RawClient) {
    client.onText = (text) => this.received(text);
  }

  static async connect(port: number, name: string): Promise<Member> {
    const client = await RawClient.connect({ port, instance: "bench", address: "127.0.0.1", achex2: true }, () => {});
    const member = new Member(client);
    await member.request({ setID: name });
    return member;
  }

  send(frame: object): void {
    this.client.text(JSON.stringify(frame));
  }

  /** Resolves when the server has replied. */
  request(frame: object): Promise<void> {
    const $ref = ++this.refs;
    return new Promise((resolve) => {
      this.waiting.set($ref, resolve);
      this.send({ $ref, ...frame });
    });
  }

  join(more: object = {}): Promise<void> {
    return this.request({ joinHub: HUB, ...more });
  }

  message(payload: object): object {
    return { toH: HUB, ...payload };
  }

  change(values: object): object {
    return { $set: { hub: HUB, values } };
  }

  private received(text: string): void {
    const [, ref] = /^\{"\$ref":(\d+),/.exec(text) ?? [];
    if (ref === undefined) {
      this.onFrame?.(text);
      return;
    }
    this.waiting.get(Number(ref))?.();
    this.waiting.delete(Number(ref));
  }
}

export const connectMembers = (port: number, count: number, prefix: string): Promise<Member[]> =>
  Promise.all(Array.from({ length: count }, (_, i) => Member.connect(port, `${prefix}${i}`)));

export const percentile = (values: readonly number[], share: number): number => {
  const sorted = values.toSorted((a, b) => a - b);
  return Math.round((sorted[Math.floor((sorted.length - 1) * share)] ?? 0) * 100) / 100;
};

/** Runs a measurement against a fresh relay, and prints its result or writes it to `--out FILE`. */
export async function report(measure: (server: Running, rounds: number) => Promise<object>): Promise<void> {
  const { values } = parseArgs({
    args: Bun.argv.slice(2),
    options: { rounds: { type: "string", default: "5" }, out: { type: "string" } },
  });
  stopAllOnExit();
  const result = await withServer(unlimited, (server) => measure(server, Number(values.rounds)));
  const text = JSON.stringify({ date: new Date().toISOString(), version: ours.version(), ...result }, null, 2);
  console.log(text);
  if (values.out) await Bun.write(values.out, `${text}\n`);
  process.exit(0);
}

// The clients of one run, in a process of their own: FILE JSON. Prints `ready` when all are in their rooms, sends from the next
// line of its input until the time is over, prints `sent`, waits for late deliveries, and prints its counts as JSON.
// It imports no runtime, so that each client library can run on the one its users run it on.
import { createInterface } from "node:readline";
import { type Count, Ledger } from "./ledger.ts";

export interface FleetOptions {
  /** The port of each client. */
  readonly ports: readonly number[];
  readonly perRoom: number;
  /** Messages per second of each client. */
  readonly rate: number;
  readonly seconds: number;
  /** The side's own setting. */
  readonly mode: string;
}

export interface FleetReport {
  readonly count: Count;
  /** Seconds from the last message sent to the last delivery. */
  readonly secondsToCatchUp: number;
  /** What the client library reported. */
  readonly facts: Readonly<Record<string, number>>;
}

export interface BenchClient {
  /** Never waits: the library keeps what it cannot send yet. */
  send(payload: { readonly s: number; readonly n: number }): void;
}

/** One client library. */
export interface Side {
  /** Resolves when the client is a member of the room. `received` is called for each message that the room delivers. */
  open(port: number, room: string, received: (payload: unknown) => void): Promise<BenchClient>;
  facts(): Readonly<Record<string, number>>;
}

/** Deliveries count as missing when nothing has arrived for this long. */
const QUIET_MS = 15_000;
const LONGEST_WAIT_MS = 90_000;

const isPayload = (value: unknown): value is { s: number; n: number } =>
  typeof value === "object" && value !== null && "s" in value && "n" in value && Number.isInteger(value.n);

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Each client sends at its own phase. A timer that fires late sends what was due meanwhile. */
async function sendAll(
  clients: readonly BenchClient[],
  ledger: Ledger,
  { rate, seconds }: FleetOptions,
): Promise<void> {
  const start = performance.now();
  const perClient = Math.floor(rate * seconds);
  const sent = clients.map(() => 0);
  while (sent.some((count) => count < perClient)) {
    const elapsed = (performance.now() - start) / 1_000;
    clients.forEach((client, s) => {
      const due = Math.min(perClient, Math.floor(elapsed * rate + s / clients.length));
      for (let n = sent[s] ?? 0; n < due; n++) client.send({ s, n: ledger.next(s) });
      sent[s] = Math.max(due, sent[s] ?? 0);
    });
    await pause(5);
  }
}

export async function runFleet(options: FleetOptions, side: Side): Promise<void> {
  const { ports, perRoom, rate, seconds } = options;
  const ledger = new Ledger(ports.length, perRoom, Math.ceil(rate * seconds));
  let lastArrival = performance.now();
  const open = (port: number, receiver: number): Promise<BenchClient> =>
    side.open(port, `room${Math.floor(receiver / perRoom)}`, (payload) => {
      lastArrival = performance.now();
      if (isPayload(payload)) ledger.received(receiver, payload.s, payload.n);
    });
  const clients = await Promise.all(ports.map(open));
  const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
  console.log("ready");
  await lines.next();
  await sendAll(clients, ledger, options);
  console.log("sent");
  const end = performance.now();
  const isOver = (): boolean => {
    const now = performance.now();
    return ledger.count.missing === 0 || now - Math.max(lastArrival, end) > QUIET_MS || now - end > LONGEST_WAIT_MS;
  };
  while (!isOver()) await pause(20);
  // A duplicate may follow the last missing delivery.
  await pause(1_000);
  const secondsToCatchUp = Math.max(0, Math.round((lastArrival - end) / 10) / 100);
  const report: FleetReport = { count: ledger.count, secondsToCatchUp, facts: side.facts() };
  console.log(JSON.stringify(report));
  process.exit(0);
}

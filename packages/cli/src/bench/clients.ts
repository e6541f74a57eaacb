import { Failure } from "../failure.ts";
import { LegacyConnection, type LegacyLogin } from "../legacy-connection.ts";

/** One connection of a load test; `onFrame` is set by the run that uses it. */
export interface BenchClient {
  readonly connection: LegacyConnection;
  readonly sessionId: number;
  onFrame: (text: string) => void;
}

/** Handshakes in progress at a time, because the test measures messages rather than connecting. */
const CONCURRENT_HANDSHAKES = 50;

async function connectClient(login: LegacyLogin): Promise<BenchClient> {
  const frames = { onFrame: (_text: string) => {} };
  const connection = await LegacyConnection.connect(login, (text) => frames.onFrame(text));
  const { sessionId } = connection;
  if (sessionId === undefined) throw new Failure("the server sent no session id, which the load test needs");
  return Object.assign(frames, { connection, sessionId });
}

/** Connects and logs in `count` clients. */
export async function connectClients(login: LegacyLogin, count: number): Promise<readonly BenchClient[]> {
  const clients: BenchClient[] = [];
  while (clients.length < count) {
    const next = Math.min(CONCURRENT_HANDSHAKES, count - clients.length);
    clients.push(...(await Promise.all(Array.from({ length: next }, () => connectClient(login)))));
  }
  return clients;
}

export async function closeClients(clients: readonly BenchClient[]): Promise<void> {
  await Promise.all(clients.map(({ connection }) => connection.close()));
}

/** Resolves at `time` by `performance.now()`, never earlier, although timers can fire up to a millisecond early. */
export async function sleepUntil(due: number): Promise<void> {
  for (let wait = due - performance.now(); wait > 0; wait = due - performance.now()) await Bun.sleep(wait);
}

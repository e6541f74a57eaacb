import { Failure } from "../failure.ts";
import { type Login, RelayClient } from "../relay-client.ts";

/** One connection of a load test; `onFrame` is set by the run that uses it. */
export interface Hand {
  readonly client: RelayClient;
  readonly id: number;
  onFrame: (text: string) => void;
}

export type Crew = readonly Hand[];

/** Handshakes under way at a time: the test is of messages, not of a storm of connections. */
const AT_ONCE = 50;

async function hire(login: Login): Promise<Hand> {
  const frames = { onFrame: (_text: string) => {} };
  const client = await RelayClient.connect(login, (text) => frames.onFrame(text));
  if (client.id === undefined) throw new Failure("the server told no session id, which the load test needs");
  return Object.assign(frames, { client, id: client.id });
}

/** Connects and logs in so many times. */
export async function recruit(login: Login, size: number): Promise<Crew> {
  const crew: Hand[] = [];
  while (crew.length < size) {
    const next = Math.min(AT_ONCE, size - crew.length);
    crew.push(...(await Promise.all(Array.from({ length: next }, () => hire(login)))));
  }
  return crew;
}

export async function dismiss(crew: Crew): Promise<void> {
  await Promise.all(crew.map(({ client }) => client.close()));
}

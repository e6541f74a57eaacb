// Sends small frames at full speed. A connection that the relay closes is opened again immediately.
import { clientFrame, OPCODE, textFrame } from "./kit/frames.ts";
import { HandshakeRefused, RawClient } from "./kit/raw-client.ts";
import { attackerAddress, logIn } from "./kit/sessions.ts";
import type { Attack, HostileCase } from "./kit/types.ts";

const CHUNK_FRAMES = 4_096;
/** Milliseconds between attempts when the relay rejects a connection. */
const RETRY_MS = 20;

interface Flood {
  readonly frame: Buffer;
  /** Sent once, before the flood. */
  readonly first?: Buffer;
  readonly connections?: number;
  readonly achex2?: boolean;
}

interface Tally {
  frames: number;
  readonly clients: RawClient[];
  closes: number;
  refusedHandshakes: number;
}

async function floodOnce(
  client: RawClient,
  { frame, first }: Flood,
  tally: Tally,
  isOver: () => boolean,
): Promise<void> {
  tally.clients.push(client);
  const chunk = Buffer.concat(new Array<Buffer>(CHUNK_FRAMES).fill(frame));
  if (first) client.send(first);
  while (client.isOpen && !isOver()) {
    client.send(chunk);
    await client.flushed();
    // Without this pause the process would never read what the relay sends.
    await new Promise<void>((resolve) => setImmediate(resolve));
    tally.frames += CHUNK_FRAMES;
  }
  if (!isOver()) tally.closes++;
}

const flood =
  (kind: Flood): Attack =>
  async ({ port }, seconds) => {
    const endpoint = { port, instance: "flood", address: attackerAddress(0), achex2: kind.achex2 === true };
    const open = async (): Promise<RawClient> => {
      const client = await RawClient.connect(endpoint, () => {});
      await logIn(client, "flooder");
      client.onText = undefined;
      return client;
    };
    const first = await Promise.all(Array.from({ length: kind.connections ?? 1 }, open));
    return async () => {
      const end = performance.now() + seconds * 1_000;
      const isOver = (): boolean => performance.now() >= end;
      const tally: Tally = { frames: 0, clients: [], closes: 0, refusedHandshakes: 0 };
      const keepOn = async (begun: RawClient): Promise<void> => {
        await floodOnce(begun, kind, tally, isOver);
        while (!isOver()) {
          try {
            await floodOnce(await open(), kind, tally, isOver);
          } catch (error) {
            if (error instanceof HandshakeRefused) tally.refusedHandshakes++;
            await Bun.sleep(RETRY_MS);
          }
        }
      };
      await Promise.race([Promise.all(first.map(keepOn)), Bun.sleep(seconds * 1_000)]);
      const { clients, ...counts } = tally;
      const codes = new Set(clients.filter(({ isOpen }) => !isOpen).map(({ closeCode }) => closeCode));
      const received = clients.reduce((sum, { receivedBytes }) => sum + receivedBytes, 0);
      return { ...counts, closeCodes: [...codes].join(" "), receivedMB: Math.round(received / 1e6) };
    };
  };

const emptyText = textFrame("");

export const floods: HostileCase = {
  id: "floods",
  title: "Small frames at full speed",
  variants: [
    { id: "empty", title: "empty frames, 1 connection", attack: flood({ frame: emptyText }) },
    { id: "empty-8", title: "empty frames, 8 connections", attack: flood({ frame: emptyText, connections: 8 }) },
    { id: "pings", title: "pings, 1 connection", attack: flood({ frame: clientFrame(OPCODE.ping) }) },
    {
      id: "ref",
      title: '{"$ref":1}, 1 connection of achex.2',
      attack: flood({ frame: textFrame('{"$ref":1}'), achex2: true }),
    },
    {
      id: "continuation",
      title: "empty continuation frames, 1 connection",
      seconds: 12,
      attack: flood({
        first: clientFrame(OPCODE.text, "{", { fin: false }),
        frame: clientFrame(OPCODE.continuation, "", { fin: false }),
      }),
    },
  ],
};

// What NATS itself takes, without a relay: the least that a node could reach.
import { jetstream, jetstreamManager, RetentionPolicy, StorageType } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
import { percentile } from "../lib/one-result.ts";

const SUBJECT = "floor";
const PAYLOAD = "x".repeat(100);
const MESSAGES = 3_000;
const PLACE_LIMIT_MS = 20_000;

/** Milliseconds from publishing until a subscriber on another connection of this process has it, one message at a time. */
export async function natsLatency(url: string) {
  const servers = url.split(",");
  const [publisher, subscriber] = [await connect({ servers }), await connect({ servers })];
  let arrived = (): void => {};
  subscriber.subscribe(SUBJECT, { callback: () => arrived() });
  await subscriber.flush();
  const times: number[] = [];
  for (let n = 0; n < MESSAGES; n++) {
    const { promise, resolve } = Promise.withResolvers<void>();
    arrived = resolve;
    const sentAt = performance.now();
    publisher.publish(SUBJECT, PAYLOAD);
    await promise;
    times.push(performance.now() - sentAt);
  }
  await publisher.close();
  await subscriber.close();
  times.sort((a, b) => a - b);
  return { p50: percentile(times, 0.5), p99: percentile(times, 0.99) };
}

/** Servers that have just started take a few seconds until they have a leader and know each other. */
async function untilPlaced(add: () => Promise<unknown>): Promise<void> {
  const deadline = performance.now() + PLACE_LIMIT_MS;
  for (;;) {
    try {
      await add();
      return;
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await Bun.sleep(200);
    }
  }
}

/** Messages of 100 bytes, one an entry, that JetStream acknowledges per second, with so many under way. */
export async function jetStreamAcknowledgements(url: string, underWay: number, replicas: 1 | 3, seconds: number) {
  const connection = await connect({ servers: url.split(",") });
  const manager = await jetstreamManager(connection);
  await untilPlaced(() =>
    manager.streams.add({
      name: "FLOOR",
      subjects: ["floor.kept"],
      storage: StorageType.File,
      retention: RetentionPolicy.Limits,
      num_replicas: replicas,
    }),
  );
  const stream = jetstream(connection);
  let acknowledged = 0;
  const end = performance.now() + seconds * 1_000;
  const publisher = async (): Promise<void> => {
    while (performance.now() < end) {
      await stream.publish("floor.kept", PAYLOAD);
      acknowledged++;
    }
  };
  await Promise.all(Array.from({ length: underWay }, publisher));
  await manager.streams.delete("FLOOR");
  await connection.close();
  return { underWay, acknowledgedPerSecond: Math.round(acknowledged / seconds) };
}

import { JetStreamApiError } from "@nats-io/jetstream";

const NOT_CLUSTERED = 10_074;

/** Creates something of which JetStream stores that many copies: a server that is alone stores one. */
export async function withReplicas<Made>(replicas: number, create: (replicas: number) => Promise<Made>): Promise<Made> {
  try {
    return await create(replicas);
  } catch (error) {
    if (error instanceof JetStreamApiError && error.code === NOT_CLUSTERED) return create(1);
    throw error;
  }
}

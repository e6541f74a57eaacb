import type { Client } from "@achex/client";

/** Milliseconds to the server and back. The client counts whole ones, which on one machine would be 0. */
export async function measureLatency(client: Client<object>): Promise<number> {
  const asked = performance.now();
  await client.latency();
  return performance.now() - asked;
}

import type { Client } from "@achex/client";

/**
 * Round trip to the server in milliseconds, with fractions. The client library rounds to whole milliseconds, which on one
 * machine gives 0.
 */
export async function measureLatency(client: Client<object>): Promise<number> {
  const asked = performance.now();
  await client.latency();
  return performance.now() - asked;
}

import { baseHeaders, plainResponse } from "../http/plain-response.ts";
import { listenError } from "../start/listen-error.ts";
import type { Workers } from "./workers.ts";

export interface Admin {
  readonly port: number;
  close(): Promise<void>;
}

const METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/** Answers /health and /metrics for all workers. Throws ConfigError when the port cannot be opened. */
export function openAdmin(host: string, port: number, workers: Pick<Workers, "health" | "metrics">): Admin {
  const respond = async ({ url, method }: Request): Promise<Response> => {
    if (method !== "GET" && method !== "HEAD")
      return plainResponse(405, "Only GET and HEAD requests are supported.", { allow: "GET, HEAD" });
    const { pathname } = new URL(url);
    if (pathname === "/metrics")
      return new Response(await workers.metrics(), { headers: { ...baseHeaders, "content-type": METRICS_TYPE } });
    if (pathname !== "/health") return plainResponse(404, "This port has /health and /metrics of all workers.");
    const health = await workers.health();
    const isServing = health.status === "ok" || health.status === "degraded";
    return Response.json(health, { status: isServing ? 200 : 503, headers: baseHeaders });
  };
  try {
    const server = Bun.serve({ hostname: host, port, fetch: respond });
    return { port: server.port ?? port, close: () => server.stop(true) };
  } catch (error) {
    throw listenError(error, { host, port, flag: "--admin-port" });
  }
}

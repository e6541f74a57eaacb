import type { Registry } from "prom-client";
import type { Clock } from "../clock.ts";
import type { Log } from "../log/log.ts";
import { failureText } from "../log/log-text.ts";
import { assetResponse } from "./asset-response.ts";
import type { Assets } from "./assets.ts";
import { baseHeaders, plainResponse } from "./plain-response.ts";
import type { ChargeTime } from "./request-scheduler.ts";

export interface Health {
  readonly status: "ok" | "stopping";
  readonly version: string;
  /** Seconds. */
  readonly uptime: number;
  readonly sessions: number;
  /** Only of a relay that is a node of a cluster: whether it has the others. */
  readonly cluster?: "joined" | "alone";
  readonly node?: string;
  /** Nodes that it knows of, with itself. */
  readonly nodes?: number;
}

export interface PagesDeps {
  readonly metrics: Registry;
  readonly assets: Assets;
  readonly log: Log;
  readonly clock: Clock;
  health(): Health;
}

/** The page at `/` of a relay without assets. */
const HOME = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Achex</title>
<h1>Achex is running</h1>
<p>This is a WebSocket relay: programs connect to this address with <code>ws://</code>, log in under a name, and send each other JSON.</p>
<p>Classic clients use the path <code>/</code>. Cloud clients use a path such as <code>/instance</code>.</p>
<p><a href="/health">Health</a> · <a href="/metrics">Metrics</a></p>
</html>
`;

/** The asset shown to people who request a path that does not exist. */
const NOT_FOUND = "/404";

/** Answers plain HTTP requests: health, metrics and assets. */
export function createPages({ metrics, assets, log, clock, health }: PagesDeps) {
  const page = (type: string, body: string) =>
    new Response(body, { headers: { ...baseHeaders, "content-type": type } });
  let reported = false;
  const assetsFailed = (error: unknown) => {
    // Logged only once; otherwise requests could fill the log.
    if (!reported) log.error("the pages could not be prepared", { error: failureText(error) });
    reported = true;
    return plainResponse(
      503,
      "The pages could not be prepared. The server's log shows why. WebSocket connections are not affected.",
    );
  };
  /** Reads a value of every session, which takes longer than any page when there are many. */
  const scrape = async (charge: ChargeTime) => {
    const start = clock.now();
    const text = await metrics.metrics();
    charge(clock.now() - start);
    return page(metrics.contentType, text);
  };
  return async (request: Request, charge: ChargeTime): Promise<Response> => {
    if (request.method !== "GET" && request.method !== "HEAD")
      return plainResponse(405, "Only GET and HEAD requests are supported.", { allow: "GET, HEAD" });
    const path = new URL(request.url).pathname;
    // Before the assets, because they are needed most when something else has failed.
    if (path === "/health") return Response.json(health(), { headers: baseHeaders });
    if (path === "/metrics") return scrape(charge);
    try {
      const asset = await assets.find(path);
      if (asset) return assetResponse(asset, request.headers);
      // Programs get one line of text; browsers get a page that helps to find the right one.
      const help = request.headers.get("accept")?.includes("text/html") ? await assets.find(NOT_FOUND) : undefined;
      if (help && path !== "/") return assetResponse(help, request.headers, 404);
    } catch (error) {
      return assetsFailed(error);
    }
    if (path === "/") return page("text/html; charset=utf-8", HOME);
    return plainResponse(404, "There is no page at this address. WebSocket clients connect with an Upgrade header.");
  };
}

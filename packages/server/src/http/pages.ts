import type { Registry } from "prom-client";
import type { Clock } from "../clock.ts";
import { failureText } from "../log/failure-text.ts";
import type { Log } from "../log/log.ts";
import { assetResponse, baseHeaders } from "./asset-response.ts";
import type { Assets } from "./assets.ts";
import type { ChargeTime } from "./request-scheduler.ts";

export interface Health {
  readonly status: "ok" | "stopping";
  readonly version: string;
  /** Seconds. */
  readonly uptime: number;
  readonly sessions: number;
}

export interface PagesDeps {
  readonly metrics: Registry;
  readonly assets: Assets;
  readonly log: Log;
  readonly clock: Clock;
  health(): Health;
}

/** What a relay without assets says at `/`. */
const HOME = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Achex</title>
<h1>Achex is running</h1>
<p>This is a WebSocket relay: programs connect to this address with <code>ws://</code>, log in under a name, and send each other JSON.</p>
<p>Classic clients use the path <code>/</code>, cloud clients a path of their own, <code>/instance</code>.</p>
<p><a href="/health">Health</a> · <a href="/metrics">Metrics</a></p>
</html>
`;

/** The page for people who ask for a path where nothing is. */
const NOT_FOUND = "/404";

const PLAIN = "text/plain; charset=utf-8";

/** What the relay's port answers to plain HTTP. */
export function createPages({ metrics, assets, log, clock, health }: PagesDeps) {
  const page = (type: string, body: string, status = 200, more: Record<string, string> = {}) =>
    new Response(body, { status, headers: { ...baseHeaders, "content-type": type, ...more } });
  let reported = false;
  const assetsFailed = (error: unknown) => {
    // Once, or everybody who asks could fill the log.
    if (!reported) log.error("the pages could not be prepared", { error: failureText(error) });
    reported = true;
    return page(PLAIN, "The pages could not be prepared; the server's log says why. Frames are not affected.\n", 503);
  };
  /** It looks at every session, which with many of them takes longer than any page. */
  const scrape = async (charge: ChargeTime) => {
    const start = clock.now();
    const text = await metrics.metrics();
    charge(clock.now() - start);
    return page(metrics.contentType, text);
  };
  return async (request: Request, charge: ChargeTime): Promise<Response> => {
    if (request.method !== "GET" && request.method !== "HEAD")
      return page(PLAIN, "Only GET is answered here.\n", 405, { allow: "GET, HEAD" });
    const path = new URL(request.url).pathname;
    // Before the assets: they are asked for most when something else has gone wrong.
    if (path === "/health") return Response.json(health(), { headers: baseHeaders });
    if (path === "/metrics") return scrape(charge);
    try {
      const asset = await assets.find(path);
      if (asset) return assetResponse(asset, request.headers);
      // Programs that took a wrong turn are told so in one line; people are helped on.
      const help = request.headers.get("accept")?.includes("text/html") ? await assets.find(NOT_FOUND) : undefined;
      if (help && path !== "/") return assetResponse(help, request.headers, 404);
    } catch (error) {
      return assetsFailed(error);
    }
    if (path === "/") return page("text/html; charset=utf-8", HOME);
    return page(PLAIN, "There is no page here. WebSocket clients connect with an Upgrade header.\n", 404);
  };
}

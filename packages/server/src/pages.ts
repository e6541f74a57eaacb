import type { Registry } from "prom-client";

export interface Health {
  readonly status: "ok" | "stopping";
  readonly version: string;
  /** Seconds. */
  readonly uptime: number;
  readonly sessions: number;
}

export interface PagesParts {
  readonly metrics: Registry;
  health(): Health;
}

const HOME = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Achex</title>
<style>
  body { max-width: 40rem; margin: 12vh auto; padding: 0 1.5rem; font: 1.125rem/1.6 system-ui, sans-serif }
  h1 { font-weight: 600; letter-spacing: -0.02em }
  code { font-family: ui-monospace, monospace }
</style>
<main>
<h1>Achex is running</h1>
<p>This is a WebSocket relay: programs connect to this address with <code>ws://</code>, log in under a name, and send each other JSON.</p>
<p>Classic clients use the path <code>/</code>, cloud clients a path of their own, <code>/instance</code>.</p>
<p><a href="/health">Health</a> · <a href="/metrics">Metrics</a></p>
</main>
</html>
`;

const policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'";

/** What the relay's port answers to plain HTTP. */
export function createPages({ metrics, health }: PagesParts): (request: Request) => Response | Promise<Response> {
  const page = (type: string, body: string, status = 200) =>
    new Response(body, {
      status,
      headers: { "content-type": type, "content-security-policy": policy, "x-content-type-options": "nosniff" },
    });
  return async (request) => {
    if (request.method !== "GET" && request.method !== "HEAD")
      return page("text/plain", "Only GET is answered here.\n", 405);
    switch (new URL(request.url).pathname) {
      case "/":
        return page("text/html; charset=utf-8", HOME);
      case "/health":
        return Response.json(health());
      case "/metrics":
        return page(metrics.contentType, await metrics.metrics());
      default:
        return page("text/plain", "There is no page here. WebSocket clients connect with an Upgrade header.\n", 404);
    }
  };
}

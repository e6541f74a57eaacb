import { describe, expect, test } from "bun:test";
import { TestClient } from "../kit/client.ts";
import { startServer } from "../kit/server.ts";
import { createSharedServer } from "../kit/shared-server.ts";

const shared = createSharedServer();

describe("plain HTTP on the relay's port", () => {
  test("/ is a page that says what this is", async () => {
    const response = await fetch(shared.server.http("/"));
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
    expect(response.headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
    expect(await response.text()).toContain("<h1>");
  });

  test("/health is JSON: status, version, uptime, sessions", async () => {
    const response = await fetch(shared.server.http("/health"));
    const { status, version, uptime, sessions } = JSON.parse(await response.text());
    expect(response.status).toBe(200);
    expect([status, sessions]).toEqual(["ok", 1]);
    expect(version).toMatch(/^\d+\.\d+\.\d+/);
    expect(uptime).toBeGreaterThanOrEqual(0);
    expect(String(uptime)).toMatch(/^\d+(\.\d)?$/);
  });

  test("a path without a page is 404, another method 405", async () => {
    expect((await fetch(shared.server.http("/nothing-here"))).status).toBe(404);
    expect((await fetch(shared.server.http("/"), { method: "POST", body: "x" })).status).toBe(405);
    expect((await fetch(shared.server.http("/"), { method: "HEAD" })).status).toBe(200);
  });

  test("a page tells nothing of the machine and repeats nothing of the request", async () => {
    const response = await fetch(shared.server.http("/%3Cscript%3E?<script>"), { headers: { "x-probe": "<script>" } });
    expect(await response.text()).not.toContain("<script>");
    expect(response.headers.has("server")).toBe(false);
    expect(response.headers.has("x-powered-by")).toBe(false);
  });
});

describe("/metrics", () => {
  const families = [
    "achex_sessions",
    "achex_sessions_opened_total",
    "achex_received_frames_total",
    "achex_received_bytes_total",
    "achex_sent_frames_total",
    "achex_sent_bytes_total",
    "achex_deliveries_total",
    "achex_dropped_frames_total",
    "achex_closed_sessions_total",
    "achex_close_codes_total",
    "achex_logins_total",
    "achex_refused_connections_total",
    "achex_backlog_bytes",
    "achex_latency_seconds",
    "achex_event_loop_delay_seconds",
  ];
  test.each(families)("describes %s", async (family) => {
    const text = await (await fetch(shared.server.http("/metrics"))).text();
    expect(text).toMatch(new RegExp(`^# HELP ${family} \\S`, "m"));
    expect(text).toMatch(new RegExp(`^# TYPE ${family} (counter|gauge|histogram)$`, "m"));
  });

  test("counts what one conversation did, to the frame and byte", async () => {
    await using server = await startServer();
    using ann = await TestClient.classic(server.ws(), "Ann");
    using bob = await TestClient.cloud(server.cloud(), "Bob");
    ann.send('{"to":"Bob","n":1}');
    const delivered = await bob.next();
    await ann.expectNothing();
    const metrics = await server.metrics();
    expect(metrics.get('achex_sessions{dialect="classic"}')).toBe(1);
    expect(metrics.get('achex_sessions{dialect="cloud"}')).toBe(1);
    expect(metrics.get('achex_logins_total{result="granted"}')).toBe(2);
    expect(metrics.get("achex_deliveries_total")).toBe(1);
    // Two logins, the message, the echo.
    expect(metrics.get("achex_received_frames_total")).toBe(4);
    // Greeting, two login replies, the message, the echo.
    expect(metrics.get("achex_sent_frames_total")).toBe(5);
    const sent = ['{"SID":1}', '{"auth":"ok"}', '{"auth":"OK","SID":2}', delivered].join("").length;
    expect(metrics.get("achex_sent_bytes_total")).toBeGreaterThan(sent);
    expect(metrics.drops).toEqual({});
  });

  test("K11: latencies asked for are in the histogram", async () => {
    await using server = await startServer();
    using client = await TestClient.classic(server.ws(), "client");
    client.send("ping");
    expect(await client.next()).toMatch(/^\{"ltcy":"\d+ms"\}$/);
    expect((await server.metrics()).get("achex_latency_seconds_count")).toBe(1);
  });
});

import { describe, expect, test } from "bun:test";
import { networkInterfaces } from "node:os";
import { resolve } from "node:path";
import { createConfig, type Settings } from "../../src/config/config.ts";
import { startText } from "../../src/start/start-text.ts";
import { version } from "../../src/version.ts";

const pair = { "tls-cert": "x", "tls-key": "x" };

function text(settings: Settings, { colours = false, tls = false } = {}): string {
  const config = createConfig([{ origin: String, settings: tls ? { ...pair, ...settings } : settings }]);
  const ports = { main: 4010, tls: tls ? 4443 : undefined, cloud: config.cloudPort };
  return startText({ config, ports, took: 33.4, colours });
}

describe("start text", () => {
  test("shows the addresses, the data folder and who may log in", () => {
    expect(text({})).toBe(
      [
        "",
        `  ◆ Achex ${version} ready in 33 ms`,
        "",
        "  Website  http://localhost:4010/",
        "  Classic  ws://localhost:4010/              the original Achex protocol",
        "  Cloud    ws://localhost:4010/<instance>    its second version, with isolated instances",
        "",
        `  Data     ${resolve("data")}`,
        "  Auth     open: any name, passwords not checked",
        "",
        "  Only this machine can connect. To let others connect, add --host 0.0.0.0",
        "",
      ].join("\n"),
    );
  });

  test("exposed: an address for each network, and no hint about --host", () => {
    const said = text({ host: "0.0.0.0" });
    const outside = Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .filter(({ family, internal }) => family === "IPv4" && !internal);
    for (const { address } of outside) expect(said).toContain(`http://${address}:4010/`);
    expect(said).toContain("ws://localhost:4010/");
    expect(said).not.toContain("Only this machine");
  });

  test("bound to one address: that address alone, IPv6 in brackets", () => {
    expect(text({ host: "192.0.2.7" })).toContain("ws://192.0.2.7:4010/");
    expect(text({ host: "2001:db8::7" })).toContain("ws://[2001:db8::7]:4010/");
    expect(text({ host: "::1" })).toContain("ws://[::1]:4010/");
  });

  test("with a certificate: wss:// in addition to the plain port, and on the cloud port", () => {
    const said = text({ "cloud-port": 4011 }, { tls: true });
    expect(said).toContain("Classic  ws://localhost:4010/");
    expect(said).toContain("TLS      wss://localhost:4443/");
    expect(said).toContain("wss://localhost:4011/ ");
    expect(text({ "cloud-port": 4011 })).toContain(" ws://localhost:4011/ ");
  });

  test("colours only when asked", () => {
    expect(text({})).not.toContain("\u001b");
    expect(text({}, { colours: true })).toContain("\u001b[");
  });
});

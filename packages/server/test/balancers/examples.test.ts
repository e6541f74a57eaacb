import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createConfig, options, type Settings } from "../../src/config/config.ts";
import { environmentLayer } from "../../src/config/layers.ts";
import { EXAMPLES, kinds } from "./balancer.ts";

const read = (file: string): string => readFileSync(join(EXAMPLES, file), "utf8");
const guide = readFileSync(join(import.meta.dir, "../../../../docs/scaling.md"), "utf8");

/** The configuration that a command with flags and variables results in. */
function configOf(command: readonly string[], variables: Readonly<Record<string, string>>) {
  const flags: Record<string, unknown> = {};
  const given = command.slice(command.indexOf("serve") + 1);
  for (let at = 0; at < given.length; at += 2) flags[given[at]?.replace(/^--/, "") ?? ""] = given[at + 1];
  const settings: Settings = Object.fromEntries(Object.entries(flags).filter(([name]) => name !== "config"));
  return createConfig([{ origin: (name) => `--${name}`, settings }, environmentLayer(variables, options)]);
}

describe("examples for several nodes", () => {
  test.each(kinds)("the guide shows the configuration of $name as it is", ({ file }) => {
    expect(guide).toContain(`\n${read(file).trimEnd()}\n\`\`\``);
  });

  test("[H1] balancers wait longer than the relay's ping and the time for its answer", () => {
    const seconds = ["nginx.conf", "haproxy.cfg"].flatMap((file) =>
      Array.from(
        read(file).matchAll(/(?:_read_timeout|_send_timeout|timeout (?:client|server|tunnel)) +(\d+)s/g),
        ([, n]) => Number(n),
      ),
    );
    const { limits } = createConfig();
    expect(seconds).toHaveLength(5);
    expect(Math.min(...seconds)).toBeGreaterThan(limits.pingAfterSeconds + limits.deadAfterSeconds);
  });

  test("the systemd unit and the compose file use settings that exist", () => {
    const unit = read("achex@.service");
    const [, command = ""] = /^ExecStart=(.+)$/m.exec(unit) ?? [];
    const variables = Object.fromEntries(
      Array.from(unit.matchAll(/^Environment=(\w+)=(.+)$/gm), ([, name, value]) => [name, value]),
    );
    const own = { ACHEX_PORT: "4010", ACHEX_CLUSTER: "nats://user:password@10.0.0.5" };
    const named = Object.fromEntries(
      Object.entries({ ...variables, ...own }).map(([name, value]) => [name, String(value).replaceAll("%i", "eu-1")]),
    );
    expect(configOf(command.split(" "), named)).toMatchObject({
      node: "eu-1",
      data: "/var/lib/achex/eu-1",
      log: "json",
    });
    const { services } = JSON.parse(JSON.stringify(Bun.YAML.parse(read("compose.yaml"))));
    const nodes = Object.keys(services).filter((name) => name.startsWith("eu-"));
    expect(nodes).toHaveLength(3);
    for (const name of nodes) {
      const { command: serve, environment } = services[name];
      expect(configOf(serve, environment)).toMatchObject({ node: name, data: "/data", host: "0.0.0.0" });
      expect(configOf(serve, environment).cluster).toEqual(["nats://nats-1", "nats://nats-2", "nats://nats-3"]);
    }
  });
});

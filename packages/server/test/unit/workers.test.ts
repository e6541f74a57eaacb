import { describe, expect, test } from "bun:test";
import { createConfig, type Settings } from "../../src/config/config.ts";
import { mergedSettings } from "../../src/config/layers.ts";
import { eachLine, logPrefix } from "../../src/workers/log-lines.ts";
import { mergedMetrics } from "../../src/workers/merged-metrics.ts";
import { workerSettings } from "../../src/workers/supervisor.ts";

const origin = (name: string): string => name;
const PORTS = { main: 4010, tls: undefined, cloud: 4011 };

describe("settings of workers", () => {
  const of = (settings: Settings) =>
    workerSettings(createConfig([{ origin, settings }]), settings, PORTS, "nats://127.0.0.1:4222");

  test("each has a name and a data folder of its own; ports and accounts are shared; everything else is the same", () => {
    const settings = { workers: "2", data: "/srv/achex", "cloud-port": "0", auth: "accounts" };
    const list = of(settings);
    const common = {
      ...settings,
      cluster: "nats://127.0.0.1:4222",
      accounts: "/srv/achex",
      port: 4010,
      "cloud-port": 4011,
    };
    expect(list).toEqual([
      { name: "worker-1", settings: { ...common, node: "worker-1", data: "/srv/achex/worker-1" } },
      { name: "worker-2", settings: { ...common, node: "worker-2", data: "/srv/achex/worker-2" } },
    ]);
  });

  test("names begin with --node, and a folder of accounts stays", () => {
    const [first] = of({ workers: "2", node: "eu", accounts: "/srv/accounts" });
    expect([first?.name, first?.settings.accounts]).toEqual(["eu-1", "/srv/accounts"]);
  });

  test("the layer that takes precedence decides, also when it is a list", () => {
    const flags = { origin, settings: { origins: ["https://a.org"], port: undefined } };
    const file = { origin, settings: { origins: "https://b.org", port: 1, host: "::" } };
    expect(mergedSettings([flags, file])).toEqual({ origins: ["https://a.org"], port: 1, host: "::" });
  });
});

describe("log lines of workers", () => {
  test("JSON says whose the line is, also for text that is not JSON", () => {
    const prefixed = logPrefix("worker-1", { log: "json", colours: false });
    expect(JSON.parse(prefixed('{"message":"x"}'))).toEqual({ node: "worker-1", message: "x" });
    expect(JSON.parse(prefixed('panic: "x"\u001b[2J'))).toEqual({
      node: "worker-1",
      message: expect.stringContaining('panic: "x"'),
    });
    expect(prefixed("\u001b[2J")).not.toContain("\u001b");
  });

  test("text begins with the name", () => {
    expect(logPrefix("worker-1", { log: "pretty", colours: false })("hello")).toBe("worker-1 │ hello\n");
  });

  test("lines may arrive in pieces, without an end, or endless", async () => {
    const pieces = ["a", "b\nc", "\n", "d", "x".repeat(70_000), "y"];
    const stream = new ReadableStream<Uint8Array>({
      start(controller) {
        for (const piece of pieces) controller.enqueue(new TextEncoder().encode(piece));
        controller.close();
      },
    });
    const lines: string[] = [];
    await eachLine(stream, (line) => lines.push(line));
    expect(lines.map((line) => line.length)).toEqual([2, 1, 70_001, 1]);
    expect(lines.slice(0, 2)).toEqual(["ab", "c"]);
  });
});

test("metrics of several nodes are one text in the format of Prometheus", () => {
  const of = (value: number, more = "") =>
    `# HELP a_total How many\n# TYPE a_total counter\na_total ${value}\n\n# HELP b Bytes\n# TYPE b histogram\nb_bucket{le="1"} ${value}\nb_count ${value}\n${more}`;
  const only = "\n# HELP c Only one\n# TYPE c gauge\nc 7\n";
  expect(
    mergedMetrics([
      { node: "n1", text: of(1) },
      { node: "n2", text: of(2, only) },
    ]),
  ).toBe(`# HELP a_total How many
# TYPE a_total counter
a_total{node="n1"} 1
a_total{node="n2"} 2

# HELP b Bytes
# TYPE b histogram
b_bucket{node="n1",le="1"} 1
b_count{node="n1"} 1
b_bucket{node="n2",le="1"} 2
b_count{node="n2"} 2

# HELP c Only one
# TYPE c gauge
c{node="n2"} 7
`);
});

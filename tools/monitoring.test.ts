import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { YAML } from "bun";

const docs = join(import.meta.dir, "../docs");
const read = (name: string) => Bun.file(join(docs, name)).text();

const alerts = await read("monitoring/achex-alerts.yml");
const dashboard = await read("monitoring/grafana-dashboard.json");
/** Metrics of the relay, from the table that is made from /metrics. */
const exported = new Set([...(await read("operating.md")).matchAll(/^\| `(achex_\w+)` \|/gm)].map(([, name]) => name));

const used = (text: string): string[] => [
  ...new Set([...text.matchAll(/\bachex_\w+/g)].map(([name]) => name.replace(/_bucket$/, ""))),
];

describe("docs/monitoring", () => {
  test.each([
    ["alerts", alerts],
    ["dashboard", dashboard],
  ])("the %s use metrics that the relay exports", (_, text) => {
    expect(exported.size).toBeGreaterThan(15);
    expect(used(text).length).toBeGreaterThan(5);
    expect(used(text).filter((name) => !exported.has(name))).toEqual([]);
  });

  test("the alerts are YAML, and each says what happened and what to do", () => {
    const parsed = YAML.parse(alerts) as { groups: { rules: { alert: string; annotations: object }[] }[] };
    const rules = parsed.groups.flatMap(({ rules }) => rules);
    expect(rules.length).toBeGreaterThan(5);
    for (const { annotations } of rules) expect(Object.keys(annotations)).toEqual(["summary", "action"]);
  });

  test("the guide shows the alerts as they are in the file", async () => {
    expect(await read("sizing.md")).toContain(`\`\`\`yaml\n${alerts}\`\`\``);
  });

  test("the dashboard is JSON that Grafana can import: unique panels with queries", () => {
    const { panels } = JSON.parse(dashboard) as { panels: { id: number; targets: { expr: string }[] }[] };
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    for (const { targets } of panels) expect(targets.length).toBeGreaterThan(0);
  });
});

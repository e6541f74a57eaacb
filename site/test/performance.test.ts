import { expect, test } from "bun:test";
import { performancePage } from "../pages/performance/page.ts";
import { createTestFolder } from "./kit/files.ts";

const folder = createTestFolder();

const outcome = (rival: string, cpuPerDelivery: number, warnings: string[] = []) => ({
  ...{ step: "pairs", title: "Pairs, as fast as possible", rival, figures: { cpuPerDelivery, lost: null }, warnings },
});

test("charts and tables come from the newest run: ratios to Achex, to the floor and to plain Bun; unreliable figures are marked", async () => {
  const machine = { cpu: "Test <CPU>", cores: 2, kernel: "6" };
  const outcomes = [
    ...[outcome("ours", 4), outcome("floor", 2), outcome("bun-plain", 3.2), outcome("ws", 10)],
    outcome("nats", 6, ["other programs used 20 % of a core meanwhile"]),
  ];
  const file = folder.save("run/2026-11-23.json", JSON.stringify({ machine, options: { runs: 3 }, outcomes }));
  folder.save("run/2025-01-01.json", JSON.stringify({ machine, outcomes: [outcome("ours", 99)] }));
  const { body } = await performancePage(file.replace(/\/[^/]*$/, ""));
  const [charts = "", after = ""] = body.split('id="all-figures"');
  expect(charts).toMatch(/bare C loop.*?0\.5×/s);
  expect(charts).toMatch(/plain Bun.*?0\.8×/s);
  expect(charts).toMatch(/ws<\/text>.*?10\.0 µs.*?2\.5×/s);
  expect(charts).toContain("* Unreliable. NATS: other programs used 20 % of a core meanwhile.");
  expect(after).toContain("× bare C loop");
  expect(after).toMatch(/<th scope="row">Achex<\/th>.*?>2\.00<.*?>1\.25</s);
  expect(after).toContain("Test &lt;CPU&gt;, 2 cores");
  expect(body).not.toMatch(/>99\.|missed: |Targets/);
});

test("without a run the page has the method alone", async () => {
  const { body } = await performancePage("/nowhere");
  expect(body).toContain('id="method"');
  expect(body).not.toContain("<svg");
});

test("the section about dropped connections charts the newest results of its own benchmarks", async () => {
  const count = (missing: number, duplicates: number) => ({ expected: 200_000, missing, duplicates, outOfOrder: 0 });
  const options = { clients: 100, rate: 10, seconds: 300, everySeconds: 20, dropSeconds: 2 };
  const results = [
    { side: "ours", title: "Achex", count: count(0, 0) },
    { side: "socketio", title: "Socket.IO <recovery>", count: count(1_000, 400) },
  ];
  const file = folder.save("resume/2026-11-26-drops.json", JSON.stringify({ options, results }));
  const crowd = [
    { clients: 10_000, resume: true, secondsToReturn: 2, messages: 5 },
    { clients: 10_000, resume: false, secondsToReturn: 3, messages: 0 },
  ];
  const costs = [{ load: "pairs", ratios: [{ of: "on/off", ratio: 1.03, lowest: 1.01, highest: 1.06 }] }];
  folder.save("resume/2026-11-26-resume.json", JSON.stringify({ crowd, costs }));
  const { body } = await performancePage(file.replace(/\/[^/]*$/, ""));
  const [, section = ""] = body.split('id="dropped-connections"');
  expect(section).toMatch(/class="ours"><text[^>]*>Achex<.*?>0</);
  expect(section).toMatch(/Socket.IO &lt;recovery&gt;<.*?>700 <tspan class="ratio">200 twice</);
  expect(section).toMatch(/logged in, joined again<.*?3\.0 s <tspan class="ratio">1\.5×</);
  expect(section).toMatch(/one to one<.*?1\.03×.*?1\.01 to 1\.06/);
  expect(body).not.toContain("Not measured yet");
});

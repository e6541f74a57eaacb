import { describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { createConfig } from "@achex/server/config";
import { startText } from "../../server/src/start/start-text.ts";
import { Mailbox } from "../../server/test/kit/mailbox.ts";
import { achex } from "./kit/achex.ts";
import { serve } from "./kit/serve.ts";

const ROOT = join(import.meta.dir, "../../..");
const readme = await Bun.file(join(ROOT, "README.md")).text();

/** The first block of that language. */
const block = (language: string): string => {
  const [, text] = new RegExp(`\`\`\`${language}\n(.*?)\n\`\`\``, "s").exec(readme) ?? [];
  if (text === undefined) throw new Error(`README.md has no ${language} block`);
  return text;
};

describe("README.md", () => {
  test("its JavaScript exchanges a message as it says", async () => {
    await using served = await serve();
    const script = block("js").replaceAll("localhost:4010", served.classic);
    const child = Bun.spawn([process.execPath, "-e", script], { stdout: "pipe", stderr: "inherit" });
    const lines = new Mailbox<string>();
    const reading = (async () => {
      for await (const chunk of child.stdout) lines.put(new TextDecoder().decode(chunk));
      lines.end("the script ended");
    })();
    expect(await lines.next("the message", 20_000)).toBe("alice says hello\n");
    expect(readme).toContain("It prints `alice says hello`.");
    child.kill();
    await reading;
  });

  test("its terminal shows what the start prints", () => {
    const shown = block("text").replace(/^\$ npm start\n/, "");
    const data = "/home/you/achex/data";
    const took = Number(/ready in (\d+) ms/.exec(shown)?.[1]);
    const config = createConfig([{ origin: String, settings: { data } }]);
    const printed = startText({
      config,
      ports: { main: 4010, tls: undefined, cloud: undefined },
      took,
      colours: false,
    });
    expect(shown).toBe(printed.trimEnd());
  });

  test("the commands it names exist, with the options it names", async () => {
    const commands = [...readme.matchAll(/^npx achex (\w+) (.*?)(?: {2,}#.*)?$/gm)];
    expect(commands.length).toBeGreaterThan(3);
    for (const [, name = "", rest = ""] of commands) {
      const { code, out } = await achex([name, ...(name === "service" ? ["add"] : []), "--help"]);
      expect(code).toBe(0);
      for (const [option] of rest.matchAll(/--[a-z-]+/g)) expect(out).toContain(`${option} `);
    }
  });

  test.each([
    "README.md",
    "docs/operating.md",
    "docs/dependencies.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "CHANGELOG.md",
  ])("every file that %s links to is there", async (document) => {
    const text = await Bun.file(join(ROOT, document)).text();
    const links = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, target = ""]) => target);
    const missing = links.filter((target) => !existsSync(join(dirname(join(ROOT, document)), target)));
    expect(missing).toEqual([]);
  });
});

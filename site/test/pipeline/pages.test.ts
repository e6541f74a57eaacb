import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { Glob } from "bun";
import { nearest } from "../../pages/not-found/nearest.ts";
import { contentSecurityPolicy } from "../../pipeline/content-security-policy.ts";
import { documents } from "../../pipeline/documents.ts";
import { codeBlock } from "../../pipeline/highlight.ts";
import { escapeHtml, plainText, withBreaks, withHeadingIds } from "../../pipeline/html.ts";
import { renderMarkdown } from "../../pipeline/markdown.ts";

const page = { path: "/x", title: "X", description: "About x.", body: "" };

test("every folder of site/pages with a page is in the list of pages, and every document is a page", async () => {
  const folder = join(import.meta.dir, "../../pages");
  const list = await Bun.file(join(folder, "index.ts")).text();
  const pages = [...new Glob("*/page.ts").scanSync(folder)];
  expect(pages.length).toBeGreaterThan(15);
  expect(pages.filter((path) => !list.includes(`import("./${path.replaceAll("\\", "/")}")`))).toEqual([]);
  const sources = await Promise.all(pages.map((path) => Bun.file(join(folder, path)).text()));
  expect(Object.keys(documents).filter((file) => !sources.some((text) => text.includes(`"${file}"`)))).toEqual([]);
});

describe("HTML", () => {
  test("text becomes text, in attributes too", () => {
    expect(escapeHtml(`<img src="x" onerror='y'> & co`)).toBe(
      "&lt;img src=&quot;x&quot; onerror=&#39;y&#39;&gt; &amp; co",
    );
    expect(codeBlock("<script>alert(1)</script>", "nothing known")).not.toContain("<script>");
  });

  test("headings get ids of their own, those that have one keep it", () => {
    expect(withHeadingIds('<h2>To a hub</h2><h2 id="b">B</h2><h3>To a <code>hub</code></h3>')).toBe(
      '<h2 id="to-a-hub">To a hub</h2><h2 id="b">B</h2><h3 id="to-a-hub-1">To a <code>hub</code></h3>',
    );
  });

  test("a long frame within a line parts after a comma; short code and whole blocks stay", () => {
    const frame = '{"to":"Bob","msg":"hi","sID":15}';
    expect(withBreaks(`<p><code>${frame}</code> <code>a,b</code></p><pre><code>${frame}</code></pre>`)).toBe(
      `<p><code>${frame.replaceAll(",", ",<wbr>")}</code> <code>a,b</code></p><pre><code>${frame}</code></pre>`,
    );
  });

  test("what is read of HTML", () => {
    expect(plainText("<p>a<b>b</b></p>\n<p>&lt;c&gt;</p><script>no()</script>")).toBe("ab <c>");
  });
});

describe("Markdown", () => {
  test("a row of a rule and of a code can be linked to, once", () => {
    const table = "| id | rule |\n|---|---|\n| K8 | all |\n| no-json | no |\n| Word | no |\n";
    const { html } = renderMarkdown(`${table}\n${table}`, new Set(["no-json"]));
    expect([...html.matchAll(/<tr id="([^"]*)"/g)].map(([, id]) => id)).toEqual(["K8"]);
    expect(html).toContain('href="#no-json"');
  });

  test("cells say what a phone needs to know: sentences, numbers, and the heading where it does not go without saying", () => {
    const words = renderMarkdown(
      "| option | default | what |\n|---|---|---|\n| `--host` | none | an address to listen on, or all |\n",
    );
    expect(words.html).toContain('<table class="table of-words">');
    expect(words.html).toContain(
      '<td><code>--host</code></td><td data-label="default">none</td><td class="sentence">an address',
    );
    const numbers = renderMarkdown("| | p50 |\n|---|--:|\n| Achex | 0.2 |\n");
    expect(numbers.html).toContain('<table class="table of-numbers">');
    expect(numbers.html).toContain('<td class="number">0.2</td>');
  });

  test("links to documents lead to their pages, those to other files are words", () => {
    const { html } = renderMarkdown(
      "[a](../PROTOCOL.md#hubs) [b](errors.md) [c](../bench/x.ts) [d](https://e.example)",
    );
    expect(html).toBe(
      '<p><a href="/protocol#hubs">a</a> <a href="/errors">b</a> c <a href="https://e.example">d</a></p>\n',
    );
  });
});

describe("policy", () => {
  test("nothing inline, and no other server, unless the page says so", () => {
    const policy = contentSecurityPolicy(page);
    expect(policy).not.toContain("unsafe");
    expect(policy).toContain("connect-src 'self';");
    expect(contentSecurityPolicy({ ...page, connectsAnywhere: true })).toContain("connect-src 'self' ws: wss:");
    expect(contentSecurityPolicy({ ...page, embeddable: true })).toContain("frame-ancestors *");
  });

  test("a whole document's inline script is allowed by its hash", () => {
    const document = '<script src="/a.js"></script><script>hi()</script>';
    const hash = new Bun.CryptoHasher("sha256").update("hi()").digest("base64");
    expect(contentSecurityPolicy({ ...page, document })).toContain(
      `script-src 'self' 'sha256-${hash}'; style-src 'self';`,
    );
  });
});

test("a wrong path is answered with those most like it", () => {
  const paths = ["/", "/protocol", "/quickstart", "/examples/simple"];
  expect(nearest("/Protocols.html", paths, 2)).toEqual(["/protocol"]);
  expect(nearest("/simple", paths, 1)).toEqual(["/examples/simple"]);
  expect(nearest("/wp-login.php", paths, 3)).toEqual([]);
});

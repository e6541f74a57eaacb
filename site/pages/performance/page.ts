import { join } from "node:path";
import { readDocument, withContents } from "../../pipeline/document-page.ts";
import { documents } from "../../pipeline/documents.ts";
import { escapeHtml } from "../../pipeline/html.ts";
import { renderMarkdown } from "../../pipeline/markdown.ts";
import type { Page } from "../../pipeline/page.ts";
import { chartsHtml } from "./charts.ts";
import { type Results, readResults } from "./results.ts";
import { resumeCharts } from "./resume-charts.ts";
import { tablesHtml } from "./tables.ts";

/** The results as Markdown for readers of the repository. This page draws its own charts instead. */
const WRITTEN_RESULTS = /## Results\n[\s\S]*?<!-- end of figures -->\n/;

/** The same of the section about dropped connections. */
const WRITTEN_DROPS = /<!-- drops: written[\s\S]*?<!-- end of resume -->\n/;
const DRAWN_DROPS = "DRAWN-HERE";

const resultsHtml = (results: Results): string => `
<h2 id="results">Results</h2>
<p>All servers in one run on the same machine, on ${results.date}. <b>2.0×</b> next to a bar means twice the value of Achex.</p>
${chartsHtml(results)}
<h2 id="all-figures">All figures</h2>
<p class="muted">${escapeHtml(results.machine)}, ${escapeHtml(results.setup)}. ${escapeHtml(results.versions.join(" · "))}.</p>
${tablesHtml(results)}
`;

/** `folder` is where the benchmarks write their results. */
export async function performancePage(folder: string): Promise<Page> {
  const results = readResults(folder);
  const written = await readDocument("docs/performance.md");
  const text = written.replace(WRITTEN_RESULTS, "").replace(WRITTEN_DROPS, `${DRAWN_DROPS}\n`);
  const { html: rendered, headings } = renderMarkdown(text, new Set(["results", "all-figures"]));
  const html = rendered.replace(`<p>${DRAWN_DROPS}</p>`, resumeCharts(folder));
  const at = html.indexOf("<h2");
  const drawn = results
    ? [
        { id: "results", level: 2, text: "Results" },
        { id: "all-figures", level: 2, text: "All figures" },
      ]
    : [];
  return {
    path: documents["docs/performance.md"],
    title: "Performance",
    description: "CPU, memory and latency of the relay compared with other servers, and how to measure them yourself.",
    nav: { label: "Performance", group: "reference" },
    styles: ["design/document.css", "pages/performance/performance.css"],
    body: withContents(`${html.slice(0, at)}${results ? resultsHtml(results) : ""}${html.slice(at)}`, [
      ...drawn,
      ...headings,
    ]),
  };
}

export const page = () => performancePage(join(import.meta.dir, "../../../bench/results"));

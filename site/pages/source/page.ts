import { codeBlock } from "../../pipeline/highlight.ts";
import type { Page } from "../../pipeline/page.ts";
import { THEME_KEY } from "../../shell/theme-choice.ts";
import { STORAGE_KEY } from "../test/model/saved-state.ts";

const PLACES = [
  ["PROTOCOL.md", "every frame and every rule, with the ids that the tests and this site use"],
  ["vectors", "the rules as data: frames in, frames out, for tests in any language"],
  ["packages/protocol", "frames, parsing, stamps and codes; no dependencies, runs anywhere"],
  ["packages/server", "the relay"],
  ["packages/client", "the client library, which this relay also serves as /client.js"],
  ["packages/cli", "the achex command"],
  ["site", "these pages"],
  ["bench", "benchmarks, one file per load, and other servers to compare with"],
  ["docs", "guides, architecture, measurements and decisions"],
];

const places = PLACES.map(([place, what]) => `<dt><code>${place}</code></dt><dd>${what}</dd>`).join("");

const RUN = "npm install\nnpm start        # the relay and this site, on port 4010\n";

const WORK = `npm run dev      # the same, restarted on every change; open pages reload
npm run check    # lint, format, types and import rules, in seconds
npm test         # the whole test suite
npm run bench    # measurements on this machine
`;

const ADDRESSES = [
  ["/client.js", 'the client library, as a module; its types are at <a href="/client.d.ts">/client.d.ts</a>'],
  ["/client.tgz", "the client library as a package for npm, with types and source maps"],
  ["/health", "whether the relay is healthy"],
  ["/metrics", "its metrics, for Prometheus"],
];

const addresses = ADDRESSES.map(([path, what]) => `<dt><a href="${path}">${path}</a></dt><dd>${what}</dd>`).join("");

export const page: Page = {
  path: "/source",
  title: "Source",
  description: "How the code is organised, how to run it, its licence, and how to report a problem.",
  nav: { label: "Source", group: "reference" },
  body: `<div class="prose centred">
<h1>Source</h1>
<p class="lead">Achex is small enough to read. This page shows where to start.</p>
<h2>Run it</h2>
<p>You need Node 20 or later; npm installs everything else.</p>
${codeBlock(RUN, "sh")}
<p>The <a href="/operating">Operating guide</a> has every setting and its reason.</p>
<h2>Where things are</h2>
<dl class="facts">${places}</dl>
<p>Every frame takes the same path: the socket passes it to its session, it is parsed once, routed by its first known key, and delivered as the
sender's own text with the stamp inserted. The relay does not serialise the message again, and does not encode it for each receiver.</p>
<h2>Develop</h2>
${codeBlock(WORK, "sh")}
<p>Everything a client can observe is first written as a rule in the <a href="/protocol">protocol</a>; its test has the id of the rule in its title.
The legacy dialects never get new frames or keys.</p>
<h2>What this relay serves</h2>
<dl class="facts">${addresses}</dl>
<h2>Cookies and local data</h2>
<p>Achex sets no cookies and makes no third-party requests. Your browser stores, for this address only: in localStorage <code>${THEME_KEY}</code>, whether you chose light or dark, and <code>${STORAGE_KEY}</code>, the settings of the <a href="/test">test page</a>; in sessionStorage, until you close the tab, the logs of that page; and in the cache of a
service worker, the page that appears when the relay does not answer.</p>
<h2>Licence</h2>
<p>MIT: use it for anything and keep the notice. <a href="/licences.txt">/licences.txt</a> has the text of this licence and of those of the libraries
in these pages. The pages use your system's fonts; the drawings are our own.</p>
<h2>Report a problem</h2>
<p>Open an issue in the repository. Say what you sent, what you received and what you expected; the <a href="/test">test page</a> exports a
conversation as a file that others can replay. Report vulnerabilities as a draft security advisory in the <em>Security</em> tab instead, which only the
maintainers can read.</p>
</div>`,
};

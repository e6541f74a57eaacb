import { codeBlock } from "../../pipeline/highlight.ts";
import type { Page } from "../../pipeline/page.ts";
import { THEME_KEY } from "../../shell/theme-choice.ts";
import { STORAGE_KEY } from "../test/model/saved-state.ts";

const PLACES = [
  ["PROTOCOL.md", "the wire: every frame and every rule, with ids that tests and this site refer to"],
  ["vectors", "the rules as data: frames in, frames out, for tests in any language"],
  ["packages/protocol", "frames, parsing, stamps and codes; imports nothing and runs anywhere"],
  ["packages/server", "the relay: bytes in, a route, bytes out"],
  ["packages/client", "the client library, which this server also serves as /client.js"],
  ["packages/cli", "the achex command"],
  ["site", "these pages"],
  ["bench", "one file per question, with others beside us"],
  ["docs", "how it stands, how to run it, what it costs, and why"],
];

const places = PLACES.map(([place, what]) => `<dt><code>${place}</code></dt><dd>${what}</dd>`).join("");

const RUN = "npm install\nnpm start        # the relay and this site, on port 4010\n";

const WORK = `npm run dev      # the same, restarted on every change; open pages reload
npm run check    # lint, format, types, import rules: seconds
npm test         # everything
npm run bench    # measures, on this machine
`;

const ADDRESSES = [
  ["/client.js", 'the client library, as a module; its types are at <a href="/client.d.ts">/client.d.ts</a>'],
  ["/js/jquery.achex.js", "the library that legacy pages load, written afresh"],
  ["/health", "whether the server is well"],
  ["/metrics", "its counters, for Prometheus"],
];

const addresses = ADDRESSES.map(([path, what]) => `<dt><a href="${path}">${path}</a></dt><dd>${what}</dd>`).join("");

export const page: Page = {
  path: "/source",
  title: "Source",
  description: "How the code is laid out, how to run it, its licence, and how to report a problem.",
  nav: { label: "Source", group: "reference" },
  body: `<div class="prose">
<h1>Source</h1>
<p class="lead">A relay is a small thing, and one should be able to see all of it at once. This is where to look.</p>
<h2>Run it</h2>
<p>It needs Node 20 or newer; npm brings everything else.</p>
${codeBlock(RUN, "sh")}
<p>Every setting, with its reason: <a href="/operating">Operating guide</a>.</p>
<h2>Where things are</h2>
<dl class="facts">${places}</dl>
<p>A frame takes one way through the server: the socket hands it to its session, it is parsed once, routed by its first known key, and
delivered as the sender's own text with the stamp spliced in. Nothing is serialised again, and nothing is encoded per receiver.</p>
<h2>Work on it</h2>
${codeBlock(WORK, "sh")}
<p>What a client can see becomes a rule in the <a href="/protocol">protocol</a> before it becomes code, and the test carries the id of the
rule. The old dialects never get a frame or a key they did not have.</p>
<h2>What this server hands out</h2>
<dl class="facts">${addresses}</dl>
<h2>What these pages keep</h2>
<p>No cookies, and nothing leaves this server. Your browser keeps, for this address only: in localStorage <code>${THEME_KEY}</code>, whether
you chose light or dark, and <code>${STORAGE_KEY}</code>, what the <a href="/test">test page</a> was set to; in sessionStorage, until its tab is closed, the logs of that page; and in the cache of a service
worker the page that is shown when the relay does not answer.</p>
<h2>Licence</h2>
<p>MIT: use it for anything, keep the notice. The text is in the file <code>LICENSE</code>; it and those of the libraries in the scripts of
these pages are at <a href="/licences.txt">/licences.txt</a>. The fonts are those of your system, the drawings our own.</p>
<h2>Report a problem</h2>
<p>Open an issue in the repository you have this from. Say what you sent, what came back and what you had expected; the
<a href="/test">test page</a> exports a conversation as a file that others can replay. What could harm other people goes into a draft
security advisory instead, in the <em>Security</em> tab, where only the maintainers read it.</p>
</div>`,
};

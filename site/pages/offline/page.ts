import type { Page } from "../../pipeline/page.ts";

export const page: Page = {
  path: "/offline",
  title: "Relay unreachable",
  searchable: false,
  description: "Shown when the relay is unreachable; reloads when it is back.",
  scripts: ["pages/offline/main.ts"],
  body: `<div class="stack loose">
<div class="stack"><h1>Relay unreachable</h1>
<p class="lead">It may have been stopped, or your network connection is down. This page retries every two seconds and reloads when the relay is back.</p>
<p><span class="badge warn" id="offline-state" role="status">retrying</span></p></div>
<section class="stack"><h2>If you run the relay</h2>
<pre class="code" tabindex="0"><code>npm start</code></pre>
<p>Run this command in the Achex folder. It prints the relay's addresses, or an error if another program uses the port.</p></section>
<section class="stack"><h2>If somebody else runs it</h2>
<p>Ask the operator whether it is running and whether you can reach its port. Programs that use the client library reconnect automatically.</p></section>
</div>`,
};

import type { Page } from "../../pipeline/page.ts";

export const page: Page = {
  path: "/offline",
  title: "Relay unreachable",
  searchable: false,
  description: "Shown when the relay is unreachable; reloads when it is back.",
  scripts: ["pages/offline/main.ts"],
  body: `<div class="stack loose">
<div class="stack"><h1>Relay unreachable</h1>
<p class="lead">It may have been stopped, or the network between is down. This page retries every two seconds and reloads when the relay is back.</p>
<p><span class="badge warn" id="offline-state" role="status">trying</span></p></div>
<section class="stack"><h2>If it runs on this machine</h2>
<pre class="code" tabindex="0"><code>npm start</code></pre>
<p>starts it; it says where it listens. If another program uses the port, it says so.</p></section>
<section class="stack"><h2>If somebody else runs it</h2>
<p>Ask whether it is up and whether the port is open for you. Programs that use the client library reconnect automatically.</p></section>
</div>`,
};

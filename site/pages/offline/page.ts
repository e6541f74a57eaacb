import type { Page } from "../../pipeline/page.ts";

export const page: Page = {
  path: "/offline",
  title: "The relay does not answer",
  description: "Shown when the server cannot be reached; comes back by itself.",
  scripts: ["pages/offline/main.ts"],
  body: `<div class="stack loose">
<div class="stack"><h1>The relay does not answer</h1>
<p class="lead">It may have been stopped, or the network between is down. This page tries again every two seconds and comes back by itself.</p>
<p><span class="badge warn" id="offline-state" role="status">trying</span></p></div>
<section class="stack"><h2>If it runs on this machine</h2>
<pre class="code" tabindex="0"><code>npm start</code></pre>
<p>starts it; it says where it listens. If another program holds the port, it says so, too.</p></section>
<section class="stack"><h2>If somebody else runs it</h2>
<p>Ask whether it is up and whether the port is open for you. Programs that use the client library connect again by themselves.</p></section>
</div>`,
};

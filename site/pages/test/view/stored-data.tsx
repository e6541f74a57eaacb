import { THEME_KEY } from "../../../shell/theme-choice.ts";
import { LOGS_KEY, savedLogBounds } from "../model/saved-logs.ts";
import { STORAGE_KEY } from "../model/saved-state.ts";
import type { App } from "../state/app.ts";

/** Lists what the browser stores for this page, with buttons to clear it. */
export function StoredData({ app }: { readonly app: App }) {
  const lines = savedLogBounds.entries.toLocaleString("en");
  return (
    <section class="kept small" aria-labelledby="kept-title">
      <h2 id="kept-title">What this browser keeps</h2>
      <dl class="facts">
        <dt>
          <code>{STORAGE_KEY}</code> in localStorage
        </dt>
        <dd>
          The clients without their passwords, the layout, and the last 50 frames you composed, passwords taken out.
          <br />
          <button type="button" class="button small" onClick={() => app.clearHistory()}>
            Forget the frames
          </button>
        </dd>
        <dt>
          <code>{THEME_KEY}</code> in localStorage
        </dt>
        <dd>Whether you chose light or dark, for all pages.</dd>
        <dt>
          <code>{STORAGE_KEY}</code> and <code>{LOGS_KEY}</code> in sessionStorage
        </dt>
        <dd>
          The same clients for this tab, what stands in their composers, and their logs: the last {lines} lines of each,
          four million characters in all, frames up to 250,000, passwords taken out. They survive a reload and are gone
          when the tab is closed.
          <br />
          <button type="button" class="button small" onClick={() => app.clearLogs()}>
            Forget the logs
          </button>
        </dd>
      </dl>
    </section>
  );
}

import { THEME_KEY } from "../../../shell/theme-choice.ts";
import { LOGS_KEY, savedLogBounds } from "../model/saved-logs.ts";
import { STORAGE_KEY } from "../model/saved-state.ts";
import type { App } from "../state/app.ts";

/** Lists what the browser stores for this page, with buttons to clear it. */
export function StoredData({ app }: { readonly app: App }) {
  const lines = savedLogBounds.entries.toLocaleString("en");
  return (
    <section class="kept small" aria-labelledby="kept-title">
      <h2 id="kept-title">Stored in this browser</h2>
      <dl class="facts">
        <dt>
          <code>{STORAGE_KEY}</code> in localStorage
        </dt>
        <dd>
          Clients (without passwords), the layout, and the last 50 frames you sent (passwords masked).
          <br />
          <button type="button" class="button small" onClick={() => app.clearHistory()}>
            Clear frame history
          </button>
        </dd>
        <dt>
          <code>{THEME_KEY}</code> in localStorage
        </dt>
        <dd>Light or dark theme, for all pages.</dd>
        <dt>
          <code>{STORAGE_KEY}</code> and <code>{LOGS_KEY}</code> in sessionStorage
        </dt>
        <dd>
          The clients of this tab, their drafts, and their logs: the last {lines} lines of each client, four million
          characters in total, up to 250,000 per frame, passwords masked. Kept when the page reloads and deleted when
          you close the tab.
          <br />
          <button type="button" class="button small" onClick={() => app.clearLogs()}>
            Clear logs
          </button>
        </dd>
      </dl>
    </section>
  );
}

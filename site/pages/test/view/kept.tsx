import { THEME_KEY } from "../../../shell/theme-choice.ts";
import { HELD_KEY, heldBounds } from "../model/held.ts";
import { STORAGE_KEY } from "../model/storage.ts";
import type { App } from "../state/app.ts";

/** What the browser keeps for this page, and how to have it forgotten. */
export function Kept({ app }: { readonly app: App }) {
  const lines = heldBounds.entries.toLocaleString("en");
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
          <button type="button" class="button small" onClick={() => app.forgetHistory()}>
            Forget the frames
          </button>
        </dd>
        <dt>
          <code>{THEME_KEY}</code> in localStorage
        </dt>
        <dd>Whether you chose light or dark, for all pages.</dd>
        <dt>
          <code>{STORAGE_KEY}</code> and <code>{HELD_KEY}</code> in sessionStorage
        </dt>
        <dd>
          The same clients for this tab, what stands in their composers, and their logs: the last {lines} lines of each,
          four million characters in all, frames up to 250,000, passwords taken out. They survive a reload and are gone
          when the tab is closed.
          <br />
          <button type="button" class="button small" onClick={() => app.forgetLogs()}>
            Forget the logs
          </button>
        </dd>
      </dl>
    </section>
  );
}

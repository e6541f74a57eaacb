import { printable } from "@achex/server/printable";
import type { App } from "../state/app.ts";

/** One tab per client; the arrow keys switch between them. */
export function Tabs({ app }: { readonly app: App }) {
  const clients = app.clients.value;
  const move = (event: KeyboardEvent) => {
    const by = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (by === 0) return;
    event.preventDefault();
    app.active.value = (app.active.value + by + clients.length) % clients.length;
    document.getElementById(`tab-${app.shown.value?.id}`)?.focus();
  };
  return (
    <div class="tabs" role="tablist" aria-label="Clients" onKeyDown={move}>
      {clients.map((client, index) => {
        const chosen = client === app.shown.value;
        return (
          <button
            key={client.id}
            type="button"
            role="tab"
            id={`tab-${client.id}`}
            aria-selected={chosen}
            aria-controls={chosen ? `client-${client.id}` : undefined}
            tabIndex={chosen ? 0 : -1}
            onClick={() => {
              app.active.value = index;
            }}
          >
            <span
              class={`dot ${client.resume.awayUntil.value === undefined ? client.phase.value : "away"}`}
              aria-hidden="true"
            />
            <bdi>{printable(client.title.value)}</bdi>
          </button>
        );
      })}
    </div>
  );
}

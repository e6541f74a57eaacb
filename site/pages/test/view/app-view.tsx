import { useState } from "preact/hooks";
import type { App } from "../state/app.ts";
import { ClientPanel } from "./client-panel.tsx";
import { ShareDialog } from "./share-dialog.tsx";
import { StoredData } from "./stored-data.tsx";
import { Tabs } from "./tabs.tsx";

export function AppView({ app }: { readonly app: App }) {
  const [link, setLink] = useState<string | undefined>(undefined);
  const side = app.layout.value === "side" && app.wide.value;
  const shown = side ? app.clients.value : app.clients.value.filter((client) => client === app.shown.value);
  return (
    <div class={side ? "tester side" : "tester"}>
      <div class="cluster apart head">
        <h1>Test page</h1>
        <div class="cluster close">
          <button type="button" class="button small" disabled={!app.canAdd.value} onClick={() => app.add()}>
            Add client
          </button>
          <button type="button" class="button small" onClick={() => setLink(app.link())}>
            Share
          </button>
        </div>
        <fieldset class="choice" aria-label="Layout" hidden={!app.wide.value}>
          <button
            type="button"
            class="button small"
            aria-pressed={!side}
            onClick={() => {
              app.layout.value = "tabs";
            }}
          >
            Tabs
          </button>
          <button
            type="button"
            class="button small"
            aria-pressed={side}
            onClick={() => {
              app.layout.value = "side";
            }}
          >
            Side by side
          </button>
        </fieldset>
      </div>
      {side ? null : <Tabs app={app} />}
      <div class="clients">
        {shown.map((client) => (
          <ClientPanel key={client.id} app={app} client={client} tabbed={!side} />
        ))}
      </div>
      <StoredData app={app} />
      {link === undefined ? null : <ShareDialog link={link} onClose={() => setLink(undefined)} />}
    </div>
  );
}

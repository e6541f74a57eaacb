import { useMemo } from "preact/hooks";
import type { App } from "../state/app.ts";
import type { Client } from "../state/client.ts";
import { Replay } from "../state/replay.ts";
import { Composer } from "./composer.tsx";
import { Latency } from "./latency.tsx";
import { LogFoot, LogTools } from "./log-tools.tsx";
import { LogView } from "./log-view.tsx";
import { Rooms } from "./rooms.tsx";
import { SetupForm } from "./setup-form.tsx";

interface PanelProps {
  readonly app: App;
  readonly client: Client;
  readonly tabbed: boolean;
}

/** One client: connection, composer and log. */
export function ClientPanel({ app, client, tabbed }: PanelProps) {
  const replay = useMemo(() => new Replay(client), [client]);
  const labels = tabbed
    ? ({ role: "tabpanel", "aria-labelledby": `tab-${client.id}` } as const)
    : ({ role: "region", "aria-label": `Client ${client.id}` } as const);
  return (
    <div class={client.phase.value === "idle" ? "client idle" : "client"} id={`client-${client.id}`} {...labels}>
      <SetupForm client={client} onRemove={() => app.remove(client)} />
      <div class="watch">
        <div class="main">
          <div class="log-part">
            <LogTools client={client} />
            <LogView client={client} />
            <LogFoot client={client} replay={replay} />
          </div>
          <Composer app={app} client={client} />
        </div>
        <div class="beside">
          <Latency client={client} />
          <Rooms client={client} />
        </div>
      </div>
    </div>
  );
}

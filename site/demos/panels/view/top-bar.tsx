import { Icon, type IconName } from "../../shared/shell/icons.tsx";
import type { PanelsApp } from "../net/panels-app.ts";

export type Panel = "people" | "help" | "frames";

interface TopBarProps {
  readonly app: PanelsApp;
  readonly panel: Panel | undefined;
  readonly open: (panel: Panel) => void;
}

/** The instruments that are there, one of which is open. */
function Chooser({ app }: { readonly app: PanelsApp }) {
  const instruments = app.directory.value?.instruments.value ?? [];
  const id = app.open.value?.id;
  const isListed = instruments.some((one) => one.id === id);
  if (instruments.length === 0 && id === undefined) return null;
  return (
    <div class="chooser">
      <select aria-label="Instrument" value={id} onChange={({ currentTarget }) => app.show(currentTarget.value)}>
        {id !== undefined && !isListed ? <option value={id}>{`${id} (offline)`}</option> : null}
        {instruments.map((one) => (
          <option key={one.id} value={one.id}>
            {`${one.title} · ${one.id}`}
          </option>
        ))}
      </select>
    </div>
  );
}

/** The bar above the panels: which instrument, who one is, and tools. */
export function TopBar({ app, panel, open }: TopBarProps) {
  const connection = app.connection.value;
  const latency = connection?.latency.value;
  const tool = (name: Panel, icon: IconName, label: string) => (
    <button
      type="button"
      class="tool"
      title={label}
      aria-label={label}
      aria-pressed={panel === name}
      onClick={() => open(name)}
    >
      <Icon name={icon} />
    </button>
  );
  return (
    <header class="game-bar panels-bar">
      <a class="home" href="/demos" title="All demos">
        <svg class="diamond" viewBox="0 0 32 32" aria-hidden="true">
          <path
            fill="currentColor"
            fill-rule="evenodd"
            d="M16 1 31 16 16 31 1 16ZM16 8 8 16 16 24 24 16Zm0 4 4 4-4 4-4-4Z"
          />
        </svg>
        <span class="visually-hidden">All demos</span>
      </a>
      <h1 class="game-title">Front panels</h1>
      <Chooser app={app} />
      {connection && connection.state.value !== "ready" && app.refusal.value === "" ? (
        <span class="badge warn">reconnecting…</span>
      ) : (
        <span class="latency muted" title="Round trip to the relay">
          {latency === undefined ? "" : `${Math.round(latency)} ms`}
        </span>
      )}
      <div class="tools" role="toolbar" aria-label="Tools">
        {tool("people", "people", "Your name")}
        {tool("help", "help", "Help")}
        {tool("frames", "frames", "Frames and network")}
      </div>
    </header>
  );
}

import { computed, effect, signal } from "@preact/signals";
import { loadLogs, saveLogs } from "../model/saved-logs.ts";
import { addToHistory, loadState, type SavedState, type Stores, saveState, storeOrNone } from "../model/saved-state.ts";
import { defaultSetup, type Setup } from "../model/setup.ts";
import { MAX_CLIENTS, setupFragment, setupsFromFragment } from "../model/share.ts";
import { Client } from "./client.ts";

const here = location.host;
const NAMES = ["Ann", "Bob", "Cid", "Dora", "Eve", "Finn", "Gus", "Hana"];

const stores: Stores = { local: storeOrNone(() => localStorage), tab: storeOrNone(() => sessionStorage) };

const wide = matchMedia("(min-width: 60rem)");

/** On a narrow screen, side by side would stack the clients and require scrolling. */
const layoutFor = (clients: number): SavedState["layout"] => (clients > 1 && wide.matches ? "side" : "tabs");

function initial(linked: readonly Setup[] | undefined): SavedState {
  const saved = loadState(stores, here);
  if (saved && !linked) return saved;
  const setups = linked ?? [defaultSetup(here, "Ann"), defaultSetup(here, "Bob")];
  return { setups, active: 0, layout: layoutFor(setups.length), history: saved?.history ?? [] };
}

/** The state of the page: its clients and their layout. */
export class App {
  readonly clients;
  readonly active;
  readonly layout;
  readonly history;
  /** Whether there is room for clients side by side. */
  readonly wide = signal(wide.matches);
  private next = 1;

  constructor() {
    const linked = setupsFromFragment(location.hash, here);
    const { setups, active, layout, history } = initial(linked);
    this.clients = signal(setups.map((setup) => this.made(setup)));
    // Setups from a link have no saved logs.
    if (!linked) this.restore();
    this.active = signal(active);
    this.layout = signal(layout);
    this.history = signal(history);
    wide.addEventListener("change", ({ matches }) => {
      this.wide.value = matches;
    });
    effect(() => saveState(stores, this.saved(), here));
    // Otherwise a reload would restore the setups of the link over later changes.
    if (location.hash.startsWith("#setup=")) window.history.replaceState(null, "", location.pathname);
  }

  readonly canAdd = computed(() => this.clients.value.length < MAX_CLIENTS);

  /** The client of the selected tab. */
  readonly shown = computed(() => this.clients.value[this.active.value] ?? this.clients.value[0]);

  add(): void {
    if (!this.canAdd.value) return;
    const taken = this.clients.value.map(({ setup }) => setup.value.name);
    const name = NAMES.find((one) => !taken.includes(one)) ?? "";
    const like = this.shown.value?.setup.value ?? defaultSetup(here, name);
    this.clients.value = [...this.clients.value, this.made({ ...like, name })];
    this.active.value = this.clients.value.length - 1;
  }

  remove(client: Client): void {
    client.disconnect();
    const rest = this.clients.value.filter((one) => one !== client);
    this.clients.value = rest.length > 0 ? rest : [this.made(defaultSetup(here, "Ann"))];
    this.active.value = Math.min(this.active.value, this.clients.value.length - 1);
  }

  remember(text: string): void {
    this.history.value = addToHistory(this.history.value, text);
  }

  clearHistory(): void {
    this.history.value = [];
  }

  clearLogs(): void {
    for (const client of this.clients.value) client.clear();
    this.saveLogs();
  }

  /** Call when the page is hidden or closed: it may not come back. */
  saveLogs(): void {
    saveLogs(
      stores.tab,
      this.clients.value.map((client) => client.logToSave()),
    );
  }

  private restore(): void {
    for (const [index, one] of loadLogs(stores.tab).entries()) this.clients.value[index]?.restore(one);
  }

  link(): string {
    const setups = this.clients.value.map(({ setup }) => setup.value);
    return `${location.origin}${location.pathname}${setupFragment(setups, here)}`;
  }

  private made(setup: Setup): Client {
    return new Client(this.next++, setup);
  }

  private saved(): SavedState {
    return {
      setups: this.clients.value.map(({ setup }) => setup.value),
      active: this.active.value,
      layout: this.layout.value,
      history: this.history.value,
    };
  }
}

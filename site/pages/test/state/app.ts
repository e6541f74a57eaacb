import { computed, effect, signal } from "@preact/signals";
import { held, hold } from "../model/held.ts";
import { defaultSetup, type Setup } from "../model/setup.ts";
import { fragmentOf, MOST_CLIENTS, setupsIn } from "../model/share.ts";
import { type Kept, loadFrom, remembered, type Shelves, saveTo, shelfOr } from "../model/storage.ts";
import { Client } from "./client.ts";

const here = location.host;
const NAMES = ["Ann", "Bob", "Cid", "Dora", "Eve", "Finn", "Gus", "Hana"];

const shelves: Shelves = { local: shelfOr(() => localStorage), tab: shelfOr(() => sessionStorage) };

/** Side by side one below the other, as on a phone, is a long way to scroll. */
const layoutFor = (clients: number): Kept["layout"] =>
  clients > 1 && matchMedia("(min-width: 60rem)").matches ? "side" : "tabs";

function initial(linked: readonly Setup[] | undefined): Kept {
  const kept = loadFrom(shelves, here);
  if (kept && !linked) return kept;
  const setups = linked ?? [defaultSetup(here, "Ann"), defaultSetup(here, "Bob")];
  return { setups, active: 0, layout: layoutFor(setups.length), history: kept?.history ?? [] };
}

/** The page: its clients and how they are laid out. */
export class App {
  readonly clients;
  readonly active;
  readonly layout;
  readonly history;
  private next = 1;

  constructor() {
    const linked = setupsIn(location.hash, here);
    const { setups, active, layout, history } = initial(linked);
    this.clients = signal(setups.map((setup) => this.made(setup)));
    // What a link brings has seen nothing yet.
    if (!linked) this.resume();
    this.active = signal(active);
    this.layout = signal(layout);
    this.history = signal(history);
    effect(() => saveTo(shelves, this.kept(), here));
    // A link that is opened a second time would bring its set-up back over what was changed since.
    if (location.hash.startsWith("#setup=")) window.history.replaceState(null, "", location.pathname);
  }

  readonly canAdd = computed(() => this.clients.value.length < MOST_CLIENTS);

  /** The client whose tab is chosen. */
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
    this.history.value = remembered(this.history.value, text);
  }

  forgetHistory(): void {
    this.history.value = [];
  }

  forgetLogs(): void {
    for (const client of this.clients.value) client.clear();
    this.hold();
  }

  /** To be called when the page is left or hidden: it may not come back. */
  hold(): void {
    hold(
      shelves.tab,
      this.clients.value.map((client) => client.holding()),
    );
  }

  private resume(): void {
    for (const [index, one] of held(shelves.tab).entries()) this.clients.value[index]?.resume(one);
  }

  link(): string {
    const setups = this.clients.value.map(({ setup }) => setup.value);
    return `${location.origin}${location.pathname}${fragmentOf(setups, here)}`;
  }

  private made(setup: Setup): Client {
    return new Client(this.next++, setup);
  }

  private kept(): Kept {
    return {
      setups: this.clients.value.map(({ setup }) => setup.value),
      active: this.active.value,
      layout: this.layout.value,
      history: this.history.value,
    };
  }
}

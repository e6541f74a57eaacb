import { computed, effect, signal } from "@preact/signals";
import { defaultSetup, type Setup } from "../model/setup.ts";
import { fragmentOf, MOST_CLIENTS, setupsIn } from "../model/share.ts";
import { type Kept, load, remembered, save } from "../model/storage.ts";
import { Client } from "./client.ts";

const here = location.host;
const NAMES = ["Ann", "Bob", "Cid", "Dora", "Eve", "Finn", "Gus", "Hana"];

function initial(): Kept {
  const kept = load(localStorage, here);
  const linked = setupsIn(location.hash, here);
  const history = kept?.history ?? [];
  if (linked) return { setups: linked, active: 0, layout: linked.length > 1 ? "side" : "tabs", history };
  return kept ?? { setups: [defaultSetup(here, "Ann"), defaultSetup(here, "Bob")], active: 0, layout: "side", history };
}

/** The page: its clients and how they are laid out. */
export class App {
  readonly clients;
  readonly active;
  readonly layout;
  readonly history;
  private next = 1;

  constructor() {
    const { setups, active, layout, history } = initial();
    this.clients = signal(setups.map((setup) => this.made(setup)));
    this.active = signal(active);
    this.layout = signal(layout);
    this.history = signal(history);
    effect(() => save(localStorage, this.kept(), here));
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

import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { readPreference, storePreference } from "../../shared/app/preferences.ts";
import { GameConnection } from "../../shared/connection/game-connection.ts";
import { tabIdentity } from "../../shared/connection/tab-identity.ts";
import { InstrumentDirectory } from "../../shared/instruments/directory.ts";
import { Readings } from "../../shared/instruments/readings.ts";
import { INSTANCE } from "../../shared/instruments/wire.ts";
import type { Identity } from "../../shared/room/identity.ts";
import { nameFrom, randomName } from "../../shared/room/names.ts";
import { OpenInstrument } from "./open-instrument.ts";

interface Account {
  readonly name: string;
  readonly passwd: string;
}

const idFrom = (text: string | null): string | undefined =>
  text !== null && /^[a-z0-9-]{1,32}$/.test(text) ? text : undefined;

/** The page of front panels: the connection, the instruments that are there, and the one whose panel is open. */
export class PanelsApp {
  readonly connection: ReadonlySignal<GameConnection | undefined>;
  readonly directory: ReadonlySignal<InstrumentDirectory | undefined>;
  readonly open: ReadonlySignal<OpenInstrument | undefined>;
  readonly name: Signal<string>;
  /** Why the relay does not let this page in. */
  readonly refusal = signal("");
  readonly #connection = signal<GameConnection | undefined>(undefined);
  readonly #directory = signal<InstrumentDirectory | undefined>(undefined);
  readonly #open = signal<OpenInstrument | undefined>(undefined);
  #identity: Promise<Identity> | undefined;
  #end: (() => void)[] = [];

  constructor() {
    this.connection = this.#connection;
    this.directory = this.#directory;
    this.open = this.#open;
    this.name = signal(nameFrom(readPreference("name"), randomName()));
  }

  async start(account?: Account): Promise<void> {
    for (const end of this.#end.splice(0)) end();
    this.refusal.value = "";
    // Asked again, this page would answer that its identity is in use.
    // One of its own: under the name of the wall in the same tab, this page would inherit a session that is in all of the wall's rooms.
    this.#identity ??= tabIdentity("panels");
    const identity = await this.#identity;
    const connection = new GameConnection({
      url: location.origin,
      game: INSTANCE,
      identity,
      ...(account && { account }),
    });
    const directory = new InstrumentDirectory(connection.client);
    const readings = new Readings(connection.client, directory, {
      reading: (reading) => {
        const open = this.#open.peek();
        if (open?.id === reading.id) open.receive(reading);
      },
      ignored: (_, reason) => connection.log.reject(reason),
    });
    const stop = connection.refusal.subscribe((fault) => {
      if (fault) this.refusal.value = `The relay did not let this page in. ${fault.message} ${fault.remedy}`.trim();
    });
    this.#connection.value = connection;
    this.#directory.value = directory;
    this.#end = [
      () => this.#close(),
      () => readings.close(),
      () => directory.close(),
      stop,
      // The page that was opened without an instrument shows the first one that has a panel.
      directory.instruments.subscribe((all) => {
        const first = all.find(({ kind }) => kind === "power-supply") ?? all[0];
        if (!this.#open.peek() && first) this.show(first.id);
      }),
      () => connection.close(),
    ];
    const id = idFrom(new URL(location.href).searchParams.get("instrument"));
    if (id) this.show(id);
  }

  /** Opens the panel of an instrument. */
  show(id: string): void {
    const [connection, directory] = [this.#connection.peek(), this.#directory.peek()];
    if (!connection || !directory || this.#open.peek()?.id === id) return;
    this.#close();
    const announced = computed(() => directory.instruments.value.find((one) => one.id === id));
    const { client } = connection;
    this.#open.value = new OpenInstrument({ client, id, announced, name: this.name.peek() });
    history.replaceState(null, "", `${location.pathname}?instrument=${id}`);
  }

  setName(name: string): void {
    this.name.value = nameFrom(name, this.name.peek());
    storePreference("name", this.name.value);
    this.#open.peek()?.control.setName(this.name.value);
  }

  #close(): void {
    this.#open.peek()?.close();
    this.#open.value = undefined;
  }
}

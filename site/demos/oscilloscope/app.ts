import type { Fault } from "@achex/client";
import { JoinedInstrument, startInstrument } from "@achex/instruments";
import { computed, effect, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { ControlDesk } from "../panels/net/control-desk.ts";
import { readPreference } from "../shared/app/preferences.ts";
import { type Account, GameConnection } from "../shared/connection/game-connection.ts";
import { tabIdentity } from "../shared/connection/tab-identity.ts";
import { textOfFault } from "../shared/instruments/asking.ts";
import { type Announced, InstrumentDirectory } from "../shared/instruments/directory.ts";
import { INSTANCE } from "../shared/instruments/wire.ts";
import { nameFrom, randomName } from "../shared/room/names.ts";
import { LocalSource } from "./net/local-source.ts";
import { type Microphone, microphoneInstrument, openMicrophone } from "./net/microphone.ts";
import { RemoteSource } from "./net/remote-source.ts";
import { SharedView } from "./net/shared-view.ts";
import { Scope } from "./view/scope.ts";

/** Generators of this repository have waveforms; other instruments say so in their announcement. */
const CAPTURING = "function-generator";
const captures = ({ kind, waveform }: Announced): boolean => waveform !== undefined || kind === CAPTURING;

/** Four characters that tell the instruments of two pages apart. */
const suffix = (): string =>
  Math.floor(Math.random() * 36 ** 4)
    .toString(36)
    .padStart(4, "0");

/** What a page of the relay connects its own instruments to. */
const instrumentsUrl = (): string => `${location.origin.replace(/^http/, "ws")}/${INSTANCE}`;

/** The page: its connection, the instruments with waveforms, and the scope of the chosen one. */
export class ScopeApp {
  readonly connection: ReadonlySignal<GameConnection | undefined>;
  readonly refusal: Signal<Fault | undefined> = signal(undefined);
  readonly instruments: ReadonlySignal<readonly Announced[]>;
  readonly isKnown: ReadonlySignal<boolean>;
  readonly scope: ReadonlySignal<Scope | undefined>;
  /** What could not be done, and what to do. */
  readonly problem: Signal<string> = signal("");
  /** Ids of the instruments that this page runs. */
  readonly own: Signal<ReadonlySet<string>> = signal(new Set<string>());
  readonly microphone: ReadonlySignal<LocalSource | undefined>;
  /** For an instrument on the relay. */
  readonly sharedView: ReadonlySignal<SharedView | undefined>;
  readonly #connection = signal<GameConnection | undefined>(undefined);
  readonly #directory = signal<InstrumentDirectory | undefined>(undefined);
  readonly #scope = signal<Scope | undefined>(undefined);
  readonly #microphone = signal<LocalSource | undefined>(undefined);
  /** Who controls the instrument on the relay. This page only watches until somebody here takes part. */
  readonly control: ReadonlySignal<ControlDesk | undefined>;
  readonly #control = signal<ControlDesk | undefined>(undefined);
  readonly #sharedView = signal<SharedView | undefined>(undefined);
  readonly #name = nameFrom(readPreference("name"), randomName());
  #opened: Microphone | undefined;
  #wanted = new URL(location.href).searchParams.get("instrument");

  constructor() {
    this.connection = this.#connection;
    this.scope = this.#scope;
    this.microphone = this.#microphone;
    this.control = this.#control;
    this.sharedView = this.#sharedView;
    this.instruments = computed(() => this.#directory.value?.instruments.value.filter(captures) ?? []);
    this.isKnown = computed(() => this.#directory.value?.isKnown.value ?? false);
    // The first instrument that is there, unless the address or somebody has chosen one.
    effect(() => {
      const found = this.instruments.value;
      const wanted = this.#wanted;
      const first = wanted === null ? found.find(({ isAway }) => !isAway) : found.find(({ id }) => id === wanted);
      if (first && this.#scope.peek() === undefined) this.choose(first.id);
    });
  }

  async start(account?: Account): Promise<void> {
    this.refusal.value = undefined;
    this.#leave();
    this.#connection.peek()?.close();
    const identity = await tabIdentity(INSTANCE);
    const connection = new GameConnection({
      ...{ url: location.origin, game: INSTANCE, identity, survives: false },
      ...(account && { account }),
    });
    connection.refusal.subscribe((fault) => {
      this.refusal.value = fault;
    });
    this.#connection.value = connection;
    this.#directory.value = new InstrumentDirectory(connection.client);
  }

  /** Shows an instrument, or the microphone of this page. */
  choose(id: string): void {
    const { client } = this.#connection.peek() ?? {};
    const directory = this.#directory.peek();
    if (!client || !directory || this.#scope.peek()?.source.id === id) return;
    this.#leave();
    this.#wanted = id;
    const microphone = this.#microphone.peek();
    const isLocal = microphone?.id === id;
    const scope = new Scope(isLocal ? microphone : new RemoteSource(client, directory, id));
    this.#sharedView.value = isLocal ? undefined : new SharedView(client, id, scope.options);
    this.#control.value = isLocal ? undefined : new ControlDesk(client, id, { name: this.#name, watches: true });
    this.#scope.value = scope;
    if (!isLocal) history.replaceState(null, "", `${location.pathname}?instrument=${id}`);
  }

  /** Starts a generator in this page, which everybody on the relay sees, and shows it. */
  async simulate(): Promise<void> {
    await this.#try(async () => {
      const id = `gen-page-${suffix()}`;
      const url = instrumentsUrl();
      const joined = await startInstrument("function-generator", { id, title: "Simulated generator" }, { url });
      this.own.value = new Set([...this.own.peek(), id]);
      joined.instrument.settings.change({
        "output-1": true,
        "output-2": true,
        "shape-2": "square",
        "amplitude-2": 0.8,
        points: 5_000,
      });
      this.choose(id);
    });
  }

  /** Opens the microphone and shows it. What it hears stays in this page. */
  async listen(): Promise<void> {
    await this.#try(async () => {
      this.#opened ??= await openMicrophone();
      const { recording } = this.#opened;
      const id = `mic-${suffix()}`;
      const instrument = microphoneInstrument(recording, id, () => this.#microphone.peek()?.settingsChanged());
      this.#microphone.value ??= new LocalSource(instrument);
      this.choose(this.#microphone.value.id);
    });
  }

  /** Lets everybody on the relay see what the microphone hears, until the page is closed. */
  async shareMicrophone(): Promise<void> {
    await this.#try(async () => {
      const opened = this.#opened;
      if (!opened) return;
      const id = `mic-page-${suffix()}`;
      // The first changes can come before it has joined.
      let joined: JoinedInstrument | undefined;
      const instrument = microphoneInstrument(opened.recording, id, () => joined?.publishSettings());
      const starting = new JoinedInstrument(instrument, { url: instrumentsUrl() });
      await starting.start();
      joined = starting;
      this.own.value = new Set([...this.own.peek(), id]);
      this.choose(id);
    });
  }

  /** Lets those who share the view of this instrument see the same cursors, averages and mathematics. */
  async shareView(isOn: boolean): Promise<void> {
    await this.#try(async () => this.#sharedView.peek()?.share(isOn));
  }

  async #try(work: () => Promise<void>): Promise<void> {
    this.problem.value = "";
    try {
      await work();
    } catch (error) {
      this.problem.value = problemOf(error);
    }
  }

  #leave(): void {
    const scope = this.#scope.peek();
    this.#scope.value = undefined;
    this.#sharedView.peek()?.close();
    this.#control.peek()?.close();
    this.#control.value = undefined;
    scope?.close();
    if (scope && scope.source !== this.#microphone.peek()) scope.source.close();
  }
}

function problemOf(error: unknown): string {
  if (!(error instanceof DOMException)) return textOfFault(error);
  if (error.name === "NotAllowedError")
    return "This browser does not allow this page to use the microphone. Allow it, and try again.";
  if (error.name === "NotFoundError") return "This device has no microphone.";
  return `The microphone cannot be opened: ${error.message}`;
}

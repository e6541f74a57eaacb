import { effect, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { type Account, GameConnection } from "../../shared/connection/game-connection.ts";
import { tabIdentity } from "../../shared/connection/tab-identity.ts";
import { Simulators } from "../../shared/instruments/simulators.ts";
import { INSTANCE } from "../../shared/instruments/wire.ts";
import type { Arrangement } from "../rules/arrange.ts";
import { Spoken } from "../rules/spoken.ts";
import { WallStore } from "./store.ts";
import { Wall } from "./wall.ts";

/** The state of the page: the connection, the wall, and what of it is shown how. */
export class WallApp {
  readonly connection: ReadonlySignal<GameConnection | undefined>;
  readonly wall: ReadonlySignal<Wall | undefined>;
  /** The relay asks for an account. */
  readonly needsAccount = signal(false);
  readonly problem = signal("");
  readonly arrangement: Signal<Arrangement> = signal({ show: "all", order: "title", words: "" });
  /** Id of the instrument whose details are open. */
  readonly selected = signal<string | undefined>(undefined);
  readonly isKiosk = signal(new URL(location.href).searchParams.has("kiosk"));
  readonly spoken = new Spoken();
  readonly store = new WallStore();
  readonly simulators = new Simulators();
  readonly #connection = signal<GameConnection | undefined>(undefined);
  readonly #wall = signal<Wall | undefined>(undefined);

  constructor() {
    this.connection = this.#connection;
    this.wall = this.#wall;
    const { hash } = location;
    if (/^#[a-z0-9-]{1,32}$/.test(hash)) this.selected.value = hash.slice(1);
    effect(() => {
      const id = this.selected.value;
      if (id !== location.hash.slice(1))
        history.replaceState(null, "", id === undefined ? location.pathname + location.search : `#${id}`);
    });
  }

  async start(account?: Account): Promise<void> {
    this.needsAccount.value = false;
    this.problem.value = "";
    this.#wall.peek()?.close();
    this.#connection.peek()?.close();
    const identity = await tabIdentity(INSTANCE);
    const connection = new GameConnection({
      ...{ url: location.origin, game: INSTANCE, identity, survives: false },
      ...(account && { account }),
    });
    connection.refusal.subscribe((fault) => {
      if (!fault) return;
      this.needsAccount.value = true;
      this.problem.value = [fault.message, fault.remedy].join(" ");
    });
    const wall = new Wall({
      ...{ connection, store: this.store },
      isTemporary: (id) => id.endsWith(this.simulators.suffix),
      raised: (alarms) => this.spoken.say(alarms, (id) => wall.byId(id)?.announcement.title ?? id),
    });
    await wall.restore();
    this.#connection.value = connection;
    this.#wall.value = wall;
  }

  /** Fills the screen with the wall. A browser allows full screen only after a click or a key. */
  enterKiosk(): void {
    this.selected.value = undefined;
    this.isKiosk.value = true;
    document.documentElement.requestFullscreen?.().catch(() => {});
  }

  leaveKiosk(): void {
    this.isKiosk.value = false;
    if (document.fullscreenElement) document.exitFullscreen().catch(() => {});
  }

  arrange(change: Partial<Arrangement>): void {
    this.arrangement.value = { ...this.arrangement.peek(), ...change };
  }
}

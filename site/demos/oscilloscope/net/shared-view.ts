import type { Client, Lease } from "@achex/client/full";
import { effect, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import * as v from "valibot";
import { type ViewOptions, viewOptions } from "../view/options.ts";

/** ms between two writes while a cursor is dragged. */
const PAUSE = 60;

/**
 * Everybody who shares the view of an instrument has the same cursors, averages and mathematics: the key `view` of the state of the hub `scope-`
 * and its id. Those who do not share it keep their own.
 */
export class SharedView {
  readonly isOn: ReadonlySignal<boolean>;
  readonly #isOn = signal(false);
  readonly #room: ReturnType<Client<object>["hub"]>;
  #lease: Promise<Lease> | undefined;
  #stop: (() => void)[] = [];
  /** What the room has, as far as known here. */
  #known = "";
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    client: Client<object>,
    id: string,
    private readonly options: Signal<ViewOptions>,
  ) {
    this.isOn = this.#isOn;
    this.#room = client.hub(`scope-${id}`);
  }

  /** Resolves when the view is shared, or no longer shared. Rejects with a Fault. */
  async share(isOn: boolean): Promise<void> {
    if (isOn === this.#isOn.peek()) return;
    this.#isOn.value = isOn;
    if (!isOn) {
      this.close();
      return;
    }
    this.#lease = this.#room.hold({ state: true, host: false });
    await this.#lease;
    if (!this.#isOn.peek()) return;
    this.#read();
    this.#stop = [this.#room.state.subscribe(() => this.#read()), effect(() => this.#changed(this.options.value))];
  }

  /** Whether others have a view here that conforms. */
  #read(): void {
    const result = v.safeParse(viewOptions, this.#room.state.get("view"));
    if (!result.success) return;
    const text = JSON.stringify(result.output);
    if (text === this.#known) return;
    this.#known = text;
    this.options.value = result.output;
  }

  #changed(options: ViewOptions): void {
    if (JSON.stringify(options) === this.#known || this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      const now = this.options.peek();
      this.#known = JSON.stringify(now);
      this.#room.state.set("view", now, { ifConnected: true }).catch(() => {});
    }, PAUSE);
  }

  close(): void {
    this.#isOn.value = false;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const stop of this.#stop.splice(0)) stop();
    this.#lease?.then(
      (lease) => lease.release(),
      () => {},
    );
    this.#lease = undefined;
    this.#known = "";
  }
}

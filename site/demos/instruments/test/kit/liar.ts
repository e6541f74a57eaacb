import { type Client, connect } from "@achex/client";

const IDENTITY = {
  kind: "toaster",
  maker: "Eve",
  model: "X",
  serial: "0",
  firmware: "0",
  calibrated: "2020-01-01",
  due: "2021-01-01",
};

/** A client that announces an instrument and then sends what it likes, without any of the instruments' own code. */
export class Liar implements Disposable {
  readonly client: Client<object>;
  #n = 0;

  private constructor(
    url: string,
    readonly id: string,
  ) {
    this.client = connect(url, { name: id, resume: false });
  }

  static async announce(url: string, id: string, title: string): Promise<Liar> {
    const liar = new Liar(url, id);
    const attributes = { ...IDENTITY, instrument: id, title };
    await liar.client.hub("instruments").join({ presence: true, attributes });
    return liar;
  }

  async describe(state: object): Promise<void> {
    const room = this.client.hub(`instrument-${this.id}`);
    await room.join();
    await room.state.set({ ...state }, { own: true });
  }

  /** Sends a reading; as another instrument, if `r` says so. */
  read(v: unknown, { r = this.id, t = Date.now() }: { readonly r?: string; readonly t?: number } = {}): void {
    void this.client.broadcast("readings").send({ r, n: this.#n++, t, v, s: [] }, { confirm: false });
  }

  /** Does it again and again, until it is disposed of. */
  repeat(milliseconds: number, lie: () => void): Disposable {
    const timer = setInterval(lie, milliseconds);
    return { [Symbol.dispose]: () => clearInterval(timer) };
  }

  [Symbol.dispose](): void {
    this.client.close();
  }
}

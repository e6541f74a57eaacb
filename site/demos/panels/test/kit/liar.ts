import { type Client, connect } from "@achex/client/full";

const HUGE = "x".repeat(50_000);
const TITLE = "<img src=x onerror=alert(1)>\u202Eevil";

const WRONG = {
  limits: { current: { title: "Current", unit: "A", min: 5, max: 0, step: 1 } },
  quantities: { volts: HUGE.slice(0, 2_000) },
};
const OTHER_UNITS = {
  limits: {
    voltage: { title: TITLE, unit: "mV", min: 0, max: 30_000, step: 1 },
    output: { title: "Output", values: [false, true] },
  },
  quantities: {
    volts: { title: TITLE, unit: "V", digits: 5, min: 0, max: 30 },
    watts: { title: TITLE, unit: "W", digits: 3, min: 0, max: 1 },
  },
};

export interface Liar {
  readonly client: Client<object>;
  /** Describes itself once more, in a form that conforms, with units that no front panel expects. */
  correct(): Promise<unknown>;
}

/** An instrument that lies: other units, texts of any kind, keys that mean something in JavaScript, answers without sense. */
export async function startLiar(url: string, id: string): Promise<Liar> {
  const client = connect<object>(url, { name: id });
  client.handle(id, ({ set, scpi }) => {
    if (scpi !== undefined) return { scpi: HUGE, settings: { voltage: [] } };
    if (set) throw new Error(HUGE);
    return { settings: 5 };
  });
  const room = client.hub(`instrument-${id}`);
  await room.join();
  const actions = JSON.parse('{"__proto__":{"title":"x"},"wipe":{"title":"Wipe"}}');
  const settings = { voltage: 3_300, output: false };
  await room.state.set({ ...WRONG, settings, actions, interval: 20 }, { own: true });
  const texts = { title: TITLE, maker: "Evil", model: "M", serial: "1", firmware: "1" };
  const attributes = { instrument: id, kind: "power-supply", ...texts };
  await client.hub("instruments").join({ presence: true, attributes });
  return { client, correct: () => room.state.set(OTHER_UNITS, { own: true }) };
}

/** So many readings that make no sense, as fast as the relay lets them pass. */
export async function flood(client: Client<object>, id: string, count: number): Promise<void> {
  const room = client.broadcast("readings");
  for (let n = 0; n < count; n++) {
    const v = JSON.parse(`{"volts":${n % 2 ? '"12"' : "1e300"},"watts":-5,"__proto__":{"x":1}}`);
    void room.send({ r: id, n, t: n, v, s: ["ovp", HUGE.slice(0, n % 60)] }, { confirm: false });
  }
  await client.drain();
}

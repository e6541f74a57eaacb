import { expect, test } from "bun:test";
import type { Bus, BusOwner, OpenBus } from "../../src/bus.ts";
import { within } from "../kit/wait.ts";

/** Nodes with what they have heard. */
export interface BusUnderTest {
  open(name: string): Promise<OpenBus> | OpenBus;
  /** Lets what was sent arrive. */
  settle(nodes: readonly BusNode[]): Promise<void>;
}

export interface BusNode {
  readonly bus: Bus;
  readonly heard: string[];
  readonly link: string;
}

const text = (frame: Uint8Array) => new TextDecoder().decode(frame);
const bytes = (frame: string) => new TextEncoder().encode(frame);

/** What every bus guarantees to the nodes that it connects. */
export function busContract({ open, settle }: BusUnderTest): void {
  async function node(name: string): Promise<BusNode> {
    const heard: string[] = [];
    const { promise, resolve } = Promise.withResolvers<string>();
    const owner: BusOwner = {
      connected: resolve,
      disconnected() {},
      received: (frame) => void heard.push(text(frame)),
    };
    const bus = (await open(name))(owner);
    return { bus, heard, link: await within("a connection", promise) };
  }

  test("M5 frames to a link arrive there only, and with those announced in the order in which they were sent", async () => {
    const [one, two, three] = [await node("a"), await node("b"), await node("c")];
    const wanted: string[] = [];
    for (let n = 0; n < 500; n++) {
      if (n % 7 === 0) one.bus.announce(bytes(`${n}`));
      else one.bus.send(two.link, bytes(`${n}`));
      wanted.push(`${n}`);
    }
    await settle([one, two, three]);
    expect(two.heard).toEqual(wanted);
    expect(three.heard).toEqual(wanted.filter((n) => Number(n) % 7 === 0));
    expect(one.heard).toEqual([]);
    for (const { bus } of [one, two, three]) await bus.close();
  });

  test("R160 a frame to a link that is gone arrives nowhere", async () => {
    const [one, two] = [await node("a"), await node("b")];
    await two.bus.close();
    const again = await node("b");
    expect(again.link).not.toBe(two.link);
    one.bus.send(two.link, bytes("late"));
    one.bus.send(again.link, bytes("new"));
    await settle([one, again]);
    expect(again.heard).toEqual(["new"]);
    for (const { bus } of [one, again]) await bus.close();
  });

  test("R160 nothing is sent after close, and the caller knows it", async () => {
    const [one, two] = [await node("a"), await node("b")];
    await one.bus.close();
    expect(one.bus.send(two.link, bytes("x"))).toBe(false);
    expect(one.bus.announce(bytes("x"))).toBe(false);
    await settle([two]);
    expect(two.heard).toEqual([]);
    await two.bus.close();
  });

  test("R162 no lease is given twice, also to nodes that ask at once, and each is above what its node knows of", async () => {
    const nodes = [await node("a"), await node("b"), await node("c")];
    const leases = (
      await Promise.all(nodes.map(async ({ bus }) => [await bus.lease(-1), await bus.lease(-1), await bus.lease(-1)]))
    ).flat();
    expect(new Set(leases).size).toBe(9);
    const [first, second] = nodes;
    const high = await first?.bus.lease(5_000);
    expect(high).toBeGreaterThan(5_000);
    expect(await second?.bus.lease(-1)).toBeGreaterThan(5_000);
    for (const { bus } of nodes) await bus.close();
  });
}

import { describe, expect, test } from "bun:test";
import { z } from "zod";
import { type Client, connect, type Delivery, type Fault, type Message, type Room } from "../src/index.ts";
import { FakeRelay } from "./kit/fake-relay.ts";
import { ManualClock } from "./kit/manual-clock.ts";
import { faultOf } from "./kit/scripted-client.ts";

type House = {
  direct: { greeting: string };
  hubs: { kitchen: { msg: string } };
  broadcasts: { news: { title: string } };
  services: { calc: { request: { a: number; b: number }; answer: { sum: number }; progress: { percent: number } } };
};

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
type Fits<A, B> = A extends B ? true : false;
/** Does not compile unless it is given exactly `true`. */
const proven = <Claim extends true>(claim: Claim) => expect(claim === true).toBe(true);
const refuted = <Claim extends false>(claim: Claim) => expect(claim === false).toBe(true);

type Typed = Client<House>;
const kitchenOf = (client: Typed) => client.hub("kitchen");
type Kitchen = ReturnType<typeof kitchenOf>;
type Sent<R> = R extends Room<infer P> ? P : never;

describe("contracts at compile time", () => {
  test("hubs, broadcasts and direct messages carry their own type", () => {
    proven<Same<Sent<Kitchen>, { msg: string }>>(true);
    proven<Same<Parameters<Typed["hub"]>[0], "kitchen">>(true);
    proven<Same<Parameters<Typed["broadcast"]>[0], "news">>(true);
    proven<Same<Parameters<ReturnType<Typed["to"]>["send"]>[0], { greeting: string }>>(true);
    proven<Same<ReturnType<ReturnType<Typed["to"]>["send"]>, Promise<Delivery>>>(true);
    refuted<Fits<"cellar", Parameters<Typed["hub"]>[0]>>(false);
    refuted<Fits<{ msg: number }, Parameters<Kitchen["send"]>[0]>>(false);
  });

  test("messages that come are typed, too", () => {
    type Heard = Kitchen extends { messages(limit?: number): AsyncIterableIterator<infer M> } ? M : never;
    proven<Same<Heard, Message<{ msg: string }>>>(true);
  });

  test("questions and answers", () => {
    const uses = (client: Typed) => client.ask("calc", { a: 1, b: 2 }, { onProgress: ({ percent }) => percent + 1 });
    proven<Same<ReturnType<typeof uses>, Promise<{ sum: number }>>>(true);
    const handles = (client: Typed) =>
      client.handle("calc", ({ a, b }, { progress }) => {
        progress({ percent: 50 });
        return { sum: a + b };
      });
    proven<Same<ReturnType<typeof handles>, () => void>>(true);
  });

  test("without a contract every name and every object will do", () => {
    const uses = (client: Client<object>) => client.hub("any").send({ any: [1, { x: 2 }] });
    proven<Same<ReturnType<typeof uses>, Promise<Delivery>>>(true);
    proven<Fits<"anything", Parameters<Client<object>["hub"]>[0]>>(true);
  });
});

function checkedHouse() {
  const relay = new FakeRelay();
  const ann = connect<House>("ws://relay", {
    ...{ name: "Ann", WebSocket: relay.WebSocket, clock: new ManualClock() },
    schemas: {
      direct: z.object({ greeting: z.string() }),
      hubs: { kitchen: z.object({ msg: z.string().max(10) }) },
      services: {
        calc: { request: z.object({ a: z.number(), b: z.number() }), answer: z.object({ sum: z.number() }) },
      },
    },
  });
  const faults: Fault[] = [];
  ann.on("fault", (fault) => faults.push(fault));
  relay.socket.accept();
  return { relay, ann, faults };
}

describe("contracts at run time, by any Standard Schema", () => {
  test("what does not fit is not sent", async () => {
    const { relay, ann } = checkedHouse();
    const sent = relay.socket.texts.length;
    expect((await faultOf(ann.hub("kitchen").send({ msg: "far too long a message" }))).code).toBe("invalid");
    expect((await faultOf(ann.ask("calc", { a: Number.NaN, b: 1 }))).code).toBe("invalid");
    expect(relay.socket.texts.length).toBe(sent);
    void ann.hub("kitchen").send({ msg: "short" });
    expect(relay.socket.take("toH")).toMatchObject({ msg: "short" });
  });

  test("what comes and does not fit is a fault and is not delivered", () => {
    const { relay, ann, faults } = checkedHouse();
    void ann.hub("kitchen").join();
    const heard: unknown[] = [];
    ann.on("message", ({ data }) => heard.push(data));
    relay.socket.deliver({ toH: "kitchen", msg: 5, sID: 2, FROM: "Eve" });
    relay.socket.deliver({ to: "Ann", sID: 2, FROM: "Eve" });
    relay.socket.deliver({ toH: "kitchen", msg: "hi", extra: 1, sID: 2, FROM: "Bob" });
    expect(heard).toEqual([{ msg: "hi" }]);
    expect(faults.map(({ code }) => code)).toEqual(["invalid", "invalid"]);
    expect(faults[0]?.message).toContain("Eve");
  });

  test("an answer that does not fit rejects the question", async () => {
    const { relay, ann } = checkedHouse();
    const asked = faultOf(ann.ask("calc", { a: 1, b: 2 }));
    const id = Object(relay.socket.take("$call").$call).id;
    relay.socket.deliver({ toS: 1, sum: "three", $answer: { id }, sID: 9, FROM: "calc" });
    expect((await asked).code).toBe("invalid");
  });
});

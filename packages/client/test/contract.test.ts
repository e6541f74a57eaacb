import { describe, expect, test } from "bun:test";
import { z } from "zod";
import {
  type Client,
  connect,
  type Delivery,
  type Fault,
  type Message,
  type Room,
  type Strict,
  type Written,
} from "../src/index.ts";
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

describe("contracts: patterns, inference and narrowing", () => {
  type Arcade = {
    direct: { greeting: string };
    hubs: { lobby: { msg: string }; "game-*": { move: string } };
    broadcasts: { news: { title: string } };
    services: { "bot-*": { request: { n: number }; answer: { n: number } } };
  };
  type Arcadian = Client<Arcade>;

  test("a name that fits a pattern has its type, one that fits none does not compile", () => {
    const game = (client: Arcadian) => client.hub("game-42");
    proven<Same<Sent<ReturnType<typeof game>>, { move: string }>>(true);
    const lobby = (client: Arcadian) => client.hub("lobby");
    proven<Same<Sent<ReturnType<typeof lobby>>, { msg: string }>>(true);
    const bot = (client: Arcadian) => client.ask("bot-7", { n: 1 });
    proven<Same<ReturnType<typeof bot>, Promise<{ n: number }>>>(true);
    refuted<Fits<"gam-42", Parameters<Arcadian["hub"]>[0]>>(false);
  });

  test("the contract follows from the schemas", async () => {
    const relay = new FakeRelay();
    const client = connect("ws://relay", {
      ...{ name: "Ann", WebSocket: relay.WebSocket, clock: new ManualClock() },
      schemas: {
        hubs: { "game-*": z.object({ move: z.string() }), lobby: z.object({ msg: z.string() }) },
        services: { calc: { request: z.object({ a: z.number() }), answer: z.object({ sum: z.number() }) } },
      },
    });
    type Inferred = typeof client;
    const game = (from: Inferred) => from.hub("game-1");
    proven<Same<Sent<ReturnType<typeof game>>, { move: string }>>(true);
    const asked = (from: Inferred) => from.ask("calc", { a: 1 });
    proven<Same<ReturnType<typeof asked>, Promise<{ sum: number }>>>(true);
    relay.socket.accept();
    expect(
      (await faultOf(client.hub("game-1").send({ move: "far too long".repeat(1), ...JSON.parse('{"move":5}') }))).code,
    ).toBe("invalid");
    void client.hub("game-1").send({ move: "e4" });
    expect(relay.socket.take("toH")).toMatchObject({ toH: "game-1", move: "e4" });
  });

  test("unknown keys of a contract do not compile", () => {
    type Options<C> = C extends Strict<C> ? true : false;
    proven<Options<Arcade>>(true);
    refuted<Options<{ hub: { kitchen: { msg: string } } }>>(false);
    refuted<Options<Arcade & { service: object }>>(false);
  });

  test("messages narrow by their kind", () => {
    type Heard = Parameters<Parameters<Arcadian["on"]>[1]>[0];
    const uses = (message: Extract<Heard, { kind: unknown }>) => {
      if (message.kind === "broadcast") return message.data.title;
      if (message.kind === "hub") return message.data;
      return message.data.greeting;
    };
    proven<Same<ReturnType<typeof uses>, string | { msg: string } | { move: string }>>(true);
  });

  test("a lease can be used with await using where the types know Symbol.asyncDispose", () => {
    const held = (client: Arcadian) => client.hub("lobby").hold();
    proven<Fits<Awaited<ReturnType<typeof held>>, AsyncDisposable>>(true);
  });
});

describe("what a validator finds is kept", () => {
  test("issues with their paths, the cause, and the room of what was received", async () => {
    const { relay, ann, faults } = checkedHouse();
    const { issues, cause, message, room } = await faultOf(ann.hub("kitchen").send({ msg: "far too long a message" }));
    expect(issues).toMatchObject([{ path: ["msg"] }]);
    expect([typeof cause, room, message]).toEqual(["object", undefined, expect.stringContaining("msg: ")]);
    relay.socket.deliver({ toH: "kitchen", msg: 5, sID: 2, FROM: "Eve" });
    expect(faults[0]).toMatchObject({ code: "invalid", room: "kitchen", issues: [{ path: ["msg"] }] });
  });
});

describe("the state of rooms at compile time", () => {
  type Game = {
    hubs: { "game-*": { move: string }; lobby: { msg: string } };
    state: { "game-*": { score: number; title?: string; "cursor/*": { x: number } } };
  };
  const stateOf = (client: Client<Game>) => client.hub("game-7").state;
  type State = ReturnType<typeof stateOf>;

  test("values by key, with patterns for rooms and for keys", () => {
    const reads = (state: State) => [state.get("score"), state.get("title"), state.get("cursor/3")] as const;
    proven<Same<ReturnType<typeof reads>[0], number | undefined>>(true);
    proven<Same<ReturnType<typeof reads>[1], string | undefined>>(true);
    proven<Same<ReturnType<typeof reads>[2], { x: number } | undefined>>(true);
    const updates = (state: State) => state.update("score", (score = 0) => score + 1);
    proven<Same<ReturnType<typeof updates>, Promise<number | undefined>>>(true);
    const writes = (state: State) => [
      state.set("score", 1),
      state.set("cursor/3", { x: 1 }, { own: true }),
      state.set({ score: 1, title: undefined, "cursor/3": { x: 1 } }),
      state.set("title", undefined),
      state.delete(["title", "cursor/3"]),
    ];
    proven<Same<ReturnType<typeof writes>, Promise<Written>[]>>(true);
    proven<Same<ReturnType<State["snapshot"]>["score"], number | undefined>>(true);
  });

  test("what the contract does not have does not compile", () => {
    type Keys = Parameters<State["has"]>[0];
    refuted<Fits<"points", Keys>>(false);
    refuted<Fits<"cursors/3", Keys>>(false);
    proven<Fits<"score" | "cursor/3", Keys>>(true);
    // Of an overloaded method, Parameters has those of the last one.
    type Values = Parameters<State["set"]>[0];
    refuted<Fits<{ score: string }, Values>>(false);
    refuted<Fits<{ "cursor/3": { y: number } }, Values>>(false);
    proven<Fits<{ score: number; "cursor/3": { x: number } }, Values>>(true);
  });

  test("rooms that the contract does not describe hold any values", () => {
    const lobby = (client: Client<Game>) => client.hub("lobby").state.get("any");
    const untyped = (client: Client<object>) => client.broadcast("b").state.get("any");
    proven<Same<ReturnType<typeof lobby>, unknown>>(true);
    proven<Same<ReturnType<typeof untyped>, unknown>>(true);
  });

  test("a contract inferred from schemas has them, too", () => {
    const schemas = { state: { game: { score: z.number(), "cursor/*": z.object({ x: z.number() }) } } } as const;
    const uses = () => connect("ws://localhost", { autoConnect: false, schemas }).hub("game").state.get("cursor/1");
    proven<Same<ReturnType<typeof uses>, { x: number } | undefined>>(true);
  });
});

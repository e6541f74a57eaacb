/** Declarations by topic, in reading order, each with an example where one helps. */
export interface ApiGroup {
  readonly title: string;
  readonly intro: string;
  /** Name → example in TypeScript. */
  readonly members: Readonly<Record<string, string | undefined>>;
}

export const groups: readonly ApiGroup[] = [
  {
    title: "Connecting",
    intro: "",
    members: {
      connect: `import { connect } from "@achex/client";

const ann = connect("ws://localhost:4010", { name: "Ann" });
await ann.ready();`,
      Options: `connect("wss://relay.example", { instance: "shop", name: "Ann", passwd: "secret", heartbeat: { after: 5_000 } });`,
      Credentials: `connect(url, { name: "calc", passwd: "p", service: true, idtag: "calc-2" });`,
      CredentialsSource: `connect(url, { credentials: async () => ({ name: "Ann", passwd: await freshToken() }) });`,
      HeartbeatOptions: undefined,
      ReadyOptions: `await ann.ready({ timeout: 5_000 });`,
      State: `ann.on("state", (state) => { badge.textContent = state; });`,
      Dropped: `ann.on("dropped", ({ code, nextAttempt }) => console.log(code, new Date(nextAttempt)));`,
      Resumed: `ann.on("resumed", ({ replayed, offline }) => console.log(replayed, offline));`,
      Lost: `ann.on("lost", ({ code, unknown, missing }) => console.log(code, unknown, missing));`,
      Retrying: undefined,
    },
  },
  {
    title: "The client",
    intro: "",
    members: {
      Client: `await ann.to("Bob").send({ msg: "hi" });
const { sum } = await ann.ask("calc", { a: 1, b: 2 });
ann.close();`,
      ClientEvents: `ann.on("message", ({ from, data }) => console.log(from, data));`,
      Latency: `ann.on("latency", ({ milliseconds }) => console.log(milliseconds));`,
      ServerTime: `const now = ann.clock.now();
ann.clock.every(50, ({ tick, skipped }) => step(tick, skipped));`,
      Tick: undefined,
    },
  },
  {
    title: "Messages",
    intro: "",
    members: {
      Target: `const { taken } = await ann.to("Bob").send({ msg: "hi" });`,
      SendOptions: `await ann.to("Bob").send({ msg: "hi" }, { repeatable: true });`,
      Delivery: undefined,
      Message: `ann.on("message", (message) => message.reply({ msg: "got it" }));`,
      Channel: undefined,
      ChannelKind: undefined,
      BinarySource: `await ann.to("Bob").sendBinary(new Uint8Array([1, 2, 3]), { type: "sample" });`,
      Data: undefined,
    },
  },
  {
    title: "Rooms: hubs and broadcasts",
    intro: "",
    members: {
      Room: `const kitchen = ann.hub("kitchen");
kitchen.on("message", ({ from, data }) => console.log(from, data));
await kitchen.join();
await kitchen.send({ dish: "soup" });`,
      RoomEvents: `kitchen.on("joined", ({ name }) => console.log(name, "joined"));`,
      RoomStatus: undefined,
      JoinOptions: `await kitchen.join({ presence: true, attributes: { color: "red" } });`,
      Member: undefined,
      Attributes: undefined,
      MemberPage: undefined,
      Lease: undefined,
    },
  },
  {
    title: "Shared state, host and options of a room",
    intro: "A room that was joined with `{ state: true }`.",
    members: {
      RoomState: `const game = ann.hub("game");
await game.join({ state: true });
await game.state.set("title", "Final");
await game.state.increment("score", 5);`,
      WriteOptions: `await game.state.set("score", 0, { term: game.term });`,
      Written: undefined,
      StateEvents: `game.state.on("change", ({ keys }) => console.log(keys));`,
      StateChange: undefined,
      KeyIn: undefined,
      Host: undefined,
      HostChange: `game.on("host", ({ host, isHost }) => console.log(host?.name, isHost));`,
      RoomOptions: undefined,
      RoomSettings: `await game.join({ state: true, options: { capacity: 8, password: "secret" } });`,
    },
  },
  {
    title: "Questions and answers",
    intro: "",
    members: {
      AskOptions: `const answer = await ann.ask("calc", { a: 1, b: 2 }, { timeout: 5_000 });`,
      Handler: `calc.handle(({ a, b }) => ({ sum: Number(a) + Number(b) }));`,
      Call: undefined,
    },
  },
  {
    title: "Faults",
    intro: "All codes of the relay are in [Errors](errors.md).",
    members: {
      Fault: `import { Fault } from "@achex/client";

try {
  await ann.to("Bob").send({ msg: "hi" });
} catch (error) {
  if (error instanceof Fault && error.code === "no-such-name") console.log("Bob is offline");
  else throw error;
}`,
      AnyFaultCode: undefined,
      ClientFaultCode: undefined,
      FaultDetails: undefined,
      Issue: undefined,
    },
  },
  {
    title: "Contracts",
    intro: "Types for what an application sends. Schemas check them at run time.",
    members: {
      Contract: `type House = { direct: { msg: string }; hubs: { kitchen: { dish: string } } };
const ann = connect<House>(url, { name: "Ann" });`,
      Service: undefined,
      Schemas: `connect(url, { name: "Ann", schemas: { hubs: { kitchen: z.object({ dish: z.string() }) } } });`,
      ContractOf: undefined,
      Strict: undefined,
      StandardSchema: undefined,
    },
  },
  {
    title: "Streams",
    intro: "From `@achex/client/streams`.",
    members: {
      openStream: `const { writable } = await openStream(ann, "Bob", { what: "film" });
await source.pipeTo(writable);`,
      onStream: `onStream(bob, async ({ from, readable }) => {
  for await (const chunk of readable) await store(from, chunk);
});`,
      OpenedStream: undefined,
      IncomingStream: undefined,
    },
  },
  {
    title: "Files",
    intro: "From `@achex/client/files`.",
    members: {
      sendFile: `const { sha256 } = await sendFile(ann, "Bob", file, { onProgress: (bytes) => console.log(bytes) });`,
      receiveFiles: `receiveFiles(bob, async (file) => save(file.name, await file.blob()));`,
      SendFileOptions: undefined,
      ReceiveOptions: undefined,
      IncomingFile: undefined,
      SentFile: undefined,
      FileSource: undefined,
    },
  },
  {
    title: "React hooks",
    intro: "From `@achex/client/react`.",
    members: {
      useClient: undefined,
      useClientState: `const state = useClientState(ann);`,
      useRoom: undefined,
      RoomView: undefined,
      useRoomState: `const score = useRoomState(ann.hub("game"), "score");`,
      useRoomMessage: `useRoomMessage(ann.hub("kitchen"), ({ from, data }) => console.log(from, data));`,
      useMessage: `useMessage(ann, ({ from, data }) => console.log(from, data));`,
    },
  },
  {
    title: "Legacy dialects",
    intro: "From `@achex/client/legacy`, for servers that do not support achex.2.",
    members: {
      classic: `connect("ws://old.example:4010", { name: "Ann", dialect: classic });`,
      cloud: `connect("wss://old.example/room", { name: "Ann", dialect: cloud });`,
      Dialect: undefined,
    },
  },
];

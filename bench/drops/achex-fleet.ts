// Achex through its client library, with its default settings; with the mode `off`, without resume.
import { connect } from "@achex/client";
import { type FleetOptions, runFleet, type Side } from "./fleet.ts";

const options: FleetOptions = JSON.parse(process.argv[2] ?? "");
const facts = { connections: 0, resumed: 0, replayed: 0, lostEvents: 0, confirmed: 0, rejected: 0 };

const side: Side = {
  open: async (port, room, received) => {
    const url = `ws://127.0.0.1:${port}/drops`;
    const client = connect(url, { name: `client${port}`, resume: options.mode !== "off" });
    client.on("state", (state) => {
      if (state === "ready") facts.connections++;
    });
    client.on("lost", () => facts.lostEvents++);
    client.on("resumed", ({ replayed }) => {
      facts.resumed++;
      facts.replayed += replayed;
    });
    const hub = client.hub(room);
    hub.on("message", ({ data }) => received(data));
    await hub.join();
    const confirmed = (): void => {
      facts.confirmed++;
    };
    const rejected = (): void => {
      facts.rejected++;
    };
    return { send: (payload) => void hub.send({ ...payload }).then(confirmed, rejected) };
  },
  facts: () => facts,
};

await runFleet(options, side);

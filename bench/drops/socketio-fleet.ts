// Socket.IO through its own client, with its default settings. Runs on Node, like most Socket.IO clients outside browsers. With
// the mode `retries` it repeats each message until the server has acknowledged it.
import { io } from "socket.io-client";
import { type FleetOptions, runFleet, type Side } from "./fleet.ts";

const RETRIES = { retries: 1_000, ackTimeout: 5_000 };

const options: FleetOptions = JSON.parse(process.argv[2] ?? "");
const facts = { connections: 0, recovered: 0 };

const side: Side = {
  open: (port, room, received) => {
    const socket = io(`http://127.0.0.1:${port}`, {
      transports: ["websocket"],
      ...(options.mode === "retries" ? RETRIES : {}),
    });
    socket.on("message", received);
    return new Promise((resolve) => {
      socket.on("connect", () => {
        facts.connections++;
        // After a recovery, the socket is still in its room. Otherwise it joins again, as the documentation recommends.
        if (socket.recovered) facts.recovered++;
        else
          socket.emit("join", room, () => resolve({ send: (payload) => void socket.emit("message", room, payload) }));
      });
    });
  },
  facts: () => facts,
};

await runFleet(options, side);

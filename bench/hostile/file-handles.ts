// Opens more connections than the relay has file handles.
import { connect, type Socket } from "node:net";
import type { Attack, HostileCase } from "./kit/types.ts";

const HANDLES = 256;
const CONNECTIONS = 400;

const exhaust: Attack =
  async ({ port }, seconds) =>
  async () => {
    const sockets: Socket[] = [];
    let connected = 0;
    for (let n = 0; n < CONNECTIONS; n++) {
      const socket = connect(port, "127.0.0.1", () => void connected++);
      socket.on("error", () => {});
      sockets.push(socket);
    }
    await Bun.sleep(seconds * 1_000);
    return { connections: sockets.length, connected };
  };

export const fileHandles: HostileCase = {
  id: "file-handles",
  title: "No file handle is left (EMFILE)",
  variants: [
    {
      id: "exhausted",
      title: `${CONNECTIONS} connections, ${HANDLES} file handles`,
      fileHandles: HANDLES,
      attack: exhaust,
    },
  ],
};

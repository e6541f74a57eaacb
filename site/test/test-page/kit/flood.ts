import { within } from "../../../../packages/server/test/kit/wait.ts";

const BURST = 100;

/** Sends so many numbered messages to a name, each burst when the one before it was handled. */
export async function flood(url: string, to: string, count: number): Promise<void> {
  const socket = new WebSocket(url);
  const done = Promise.withResolvers<void>();
  let sent = 0;
  const burst = () => {
    if (sent >= count) done.resolve();
    for (let i = 0; i < BURST && sent < count; i++) socket.send(JSON.stringify({ to, n: ++sent }));
    socket.send('{"echo":1}');
  };
  socket.onerror = () => done.reject(new Error("the flood could not connect"));
  socket.onopen = () => {
    socket.send('{"setID":"Flood"}');
    burst();
  };
  socket.onmessage = ({ data }) => {
    if (String(data).includes("echo")) burst();
  };
  await within("the flood to be sent", done.promise, 20_000);
  socket.close();
}

import { within } from "../../../../packages/server/test/kit/wait.ts";

const BURST = 100;

/** Sends `count` numbered messages to a name; each burst waits until the previous one was handled. */
export async function sendNumbered(url: string, to: string, count: number): Promise<void> {
  const socket = new WebSocket(url);
  const done = Promise.withResolvers<void>();
  let sent = 0;
  const burst = () => {
    if (sent >= count) done.resolve();
    for (let i = 0; i < BURST && sent < count; i++) socket.send(JSON.stringify({ to, n: ++sent }));
    socket.send('{"echo":1}');
  };
  socket.onerror = () => done.reject(new Error("the sender could not connect"));
  socket.onopen = () => {
    socket.send('{"setID":"Flood"}');
    burst();
  };
  socket.onmessage = ({ data }) => {
    if (String(data).includes("echo")) burst();
  };
  await within("all numbered messages to be sent", done.promise, 20_000);
  socket.close();
}

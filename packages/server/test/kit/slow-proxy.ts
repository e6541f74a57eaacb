import { connect, createServer, type Socket } from "node:net";

/** A way to a server that can be made slow, as a congested network is. */
export interface SlowProxy extends AsyncDisposable {
  readonly port: number;
  /** From now on almost nothing is read of what clients send, or everything again. */
  slow(isSlow: boolean): void;
}

const STEP_MILLISECONDS = 20;

export async function startSlowProxy(target: number): Promise<SlowProxy> {
  const sockets = new Set<Socket>();
  let isSlow = false;
  const server = createServer((client) => {
    const upstream = connect(target, "127.0.0.1");
    sockets.add(client).add(upstream);
    upstream.pipe(client);
    client.on("data", (bytes) => {
      upstream.write(bytes);
      if (!isSlow) return;
      client.pause();
      setTimeout(() => client.resume(), STEP_MILLISECONDS);
    });
    const end = (): void => {
      for (const socket of [client, upstream]) {
        sockets.delete(socket);
        socket.destroy();
      }
    };
    for (const socket of [client, upstream]) socket.on("error", end).on("close", end);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the proxy has no port");
  return {
    port: address.port,
    slow(wanted) {
      isSlow = wanted;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

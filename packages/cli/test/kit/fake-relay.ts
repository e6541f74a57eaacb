/** A scripted server: sends a greeting if there is one, and answers each frame as the script says. */
export interface FakeRelay extends AsyncDisposable {
  /** `HOST:PORT` */
  readonly address: string;
}

interface Script {
  readonly greeting?: string;
  /** The answers to one frame; `close` ends the connection with that reason. */
  answer(frame: string): readonly (string | { readonly close: string })[];
}

export function fakeRelay({ greeting, answer }: Script): FakeRelay {
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: (request, itself) => (itself.upgrade(request) ? undefined : new Response("a page")),
    websocket: {
      open(socket) {
        if (greeting !== undefined) socket.send(greeting);
      },
      message(socket, frame) {
        for (const reply of answer(String(frame))) {
          if (typeof reply === "string") socket.send(reply);
          else socket.close(4000, reply.close);
        }
      },
    },
  });
  return {
    address: `localhost:${server.port}`,
    [Symbol.asyncDispose]: () => server.stop(true),
  };
}

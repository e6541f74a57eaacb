import { createServer, connect as dial, type Server } from "node:net";

/** An HTTP proxy that opens tunnels, all of them to this machine. With a `user`, it demands his password. */
export class HttpProxy {
  /** `host:port` of each request, and what it says about who asks. */
  readonly requests: { readonly target: string; readonly credentials: string }[] = [];
  readonly #server: Server;

  private constructor(server: Server, user: string) {
    this.#server = server;
    server.on("connection", (client) => {
      client.on("error", () => {});
      client.once("data", (bytes) => {
        const head = bytes.toString("latin1");
        const [, target = "", port = "0"] = /^CONNECT (\S+:(\d+)) HTTP\/1\.1\r\n/.exec(head) ?? [];
        const [, encoded = ""] = /^Proxy-Authorization: Basic (\S+)\r$/m.exec(head) ?? [];
        const credentials = Buffer.from(encoded, "base64").toString();
        this.requests.push({ target, credentials });
        if (credentials !== user) {
          client.end("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
          return;
        }
        const server = dial(Number(port), "127.0.0.1", () => {
          client.write("HTTP/1.1 200 Connection established\r\n\r\n");
          client.pipe(server).pipe(client);
        });
        server.on("error", () => client.destroy());
        server.on("close", () => client.destroy());
        client.on("close", () => server.destroy());
      });
    });
  }

  static async listen(user: string): Promise<HttpProxy> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new HttpProxy(server, user);
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === "object" && address ? address.port : 0;
  }

  close(): void {
    this.#server.close();
  }
}

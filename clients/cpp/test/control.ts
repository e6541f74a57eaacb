import { storeAccount } from "../../../packages/server/test/kit/accounts.ts";
import { freePort, RestartingRelay } from "../../../packages/server/test/kit/restarting-relay.ts";
import { BadNetwork } from "./bad-network.ts";
import { FaultyServer } from "./faulty-server.ts";
import { HttpProxy } from "./http-proxy.ts";
import { Peer } from "./peer.ts";
import { TlsServers } from "./tls-server.ts";

type Data = Readonly<Record<string, unknown>>;

const text = (value: unknown): string => (typeof value === "string" ? value : "");
const number = (value: unknown): number => (typeof value === "number" ? value : 0);
const isData = (value: unknown): value is Data => typeof value === "object" && value !== null;

/** What one test program has started; it ends with the program's connection. */
class Stage implements AsyncDisposable {
  private readonly relays = new Map<string, RestartingRelay>();
  private readonly proxies = new Map<string, BadNetwork>();
  private readonly servers: FaultyServer[] = [];
  private readonly peers = new Map<string, Peer>();
  private readonly httpProxies = new Map<string, HttpProxy>();
  private tls: TlsServers | undefined;

  /** Carries out a command of the test program; returns the reply. */
  async command({ do: what, ...command }: Data): Promise<Data> {
    const key = text(command.key);
    switch (what) {
      case "relay": {
        const settings = isData(command.settings) ? command.settings : {};
        const cloud = command.cloud === true ? await freePort() : 0;
        const relay = new RestartingRelay({ "cloud-port": cloud, ...settings });
        this.relays.set(key, relay);
        if (Array.isArray(command.services))
          for (const one of command.services)
            await storeAccount(relay.data, "service", one.name, one.passwd, one.delivery);
        await relay.start();
        return { port: relay.port, cloud };
      }
      case "signal": {
        const relay = this.relay(key);
        relay.signal(command.signal === "SIGKILL" ? "SIGKILL" : "SIGTERM");
        await relay.stopped();
        return {};
      }
      case "start":
        await this.relay(key).start();
        return {};
      case "proxy": {
        const proxy = await BadNetwork.listen(number(command.port), text(command.host) || "127.0.0.1");
        this.proxies.set(key, proxy);
        return { port: proxy.port };
      }
      case "network": {
        const proxy = this.proxies.get(key);
        proxy?.change(command);
        return { drops: proxy?.drops ?? 0, received: proxy?.received ?? 0 };
      }
      case "http-proxy": {
        const proxy = await HttpProxy.listen(text(command.user));
        this.httpProxies.set(key, proxy);
        return { port: proxy.port };
      }
      case "proxied":
        return { requests: this.httpProxies.get(key)?.requests ?? [] };
      case "tls": {
        this.tls ??= new TlsServers();
        return { port: await this.tls.listen(text(command.kind), number(command.port)), ca: this.tls.ca };
      }
      case "faulty": {
        const server = FaultyServer.listen(text(command.behaviour), number(command.code));
        this.servers.push(server);
        return { port: server.port };
      }
      case "peer": {
        const peer = new Peer(text(command.url), text(command.name));
        this.peers.set(key, peer);
        await peer.ready();
        return {};
      }
      case "ask-peer":
        return (await this.peers.get(key)?.command(command)) ?? {};
      default:
        throw new Error(`unknown command ${what}`);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const peer of this.peers.values()) peer.close();
    for (const proxy of this.proxies.values()) proxy.close();
    for (const proxy of this.httpProxies.values()) proxy.close();
    for (const server of this.servers) server.close();
    this.tls?.close();
    for (const relay of this.relays.values()) await relay[Symbol.asyncDispose]();
  }

  private relay(key: string): RestartingRelay {
    const relay = this.relays.get(key);
    if (!relay) throw new Error(`there is no relay ${key}`);
    return relay;
  }
}

/**
 * Starts and stops what the C++ tests need: relays, servers that misbehave, bad networks and clients in TypeScript. The tests connect to
 * it by WebSocket; each of their messages is a command.
 */
export function startControl() {
  const ends = new Set<Promise<void>>();
  const server = Bun.serve<{ stage: Stage; queue: Promise<void> }>({
    port: 0,
    hostname: "127.0.0.1",
    fetch(request, self) {
      const data = { stage: new Stage(), queue: Promise.resolve() };
      return self.upgrade(request, { data }) ? undefined : new Response("control of the C++ tests");
    },
    websocket: {
      idleTimeout: 0,
      message(socket, message) {
        const { data } = socket;
        data.queue = data.queue.then(async () => {
          try {
            socket.send(JSON.stringify(await data.stage.command(JSON.parse(String(message)))));
          } catch (error) {
            socket.send(JSON.stringify({ error: String(error) }));
          }
        });
      },
      close({ data }) {
        const end = data.queue.then(() => data.stage[Symbol.asyncDispose]());
        ends.add(end);
        void end.finally(() => ends.delete(end));
      },
    },
  });
  return {
    url: `ws://127.0.0.1:${server.port}/`,
    async [Symbol.asyncDispose]() {
      await server.stop(true);
      await Promise.all(ends);
    },
  };
}

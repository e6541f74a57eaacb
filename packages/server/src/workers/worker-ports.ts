import type { Config } from "../config/config.ts";
import type { Ports } from "../relay.ts";
import { listenError } from "../start/listen-error.ts";

/**
 * The ports that the workers share. Each is opened for a moment by this process alone: the workers could otherwise share it with
 * another relay of the same user, and each would get some of the other's connections. Throws ConfigError.
 */
export async function findPorts({ host, port, tlsPort, tlsCert, cloudPort }: Config): Promise<Ports> {
  const opened: { stop(isForced: boolean): Promise<void> }[] = [];
  const open = (flag: string, wanted: number): number => {
    try {
      const server = Bun.serve({ hostname: host, port: wanted, fetch: () => new Response(null, { status: 503 }) });
      opened.push(server);
      return server.port ?? wanted;
    } catch (error) {
      throw listenError(error, { host, port: wanted, flag });
    }
  };
  try {
    return {
      main: open("--port", port),
      tls: tlsCert === undefined ? undefined : open("--tls-port", tlsPort),
      cloud: cloudPort === undefined ? undefined : open("--cloud-port", cloudPort),
    };
  } finally {
    await Promise.all(opened.map((server) => server.stop(true)));
  }
}

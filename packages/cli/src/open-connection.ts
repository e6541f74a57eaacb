import { Achex2Connection } from "./achex2-connection.ts";
import type { Connection, Login } from "./connection.ts";
import { LegacyConnection } from "./legacy-connection.ts";
import { relayUrl } from "./relay-url.ts";

/**
 * Connects and logs in, with achex.2 if the server speaks it, otherwise with the dialect of the path. `onFrame` is called for
 * each frame that is not a reply to one of this client's requests.
 */
export async function openConnection(login: Login, onFrame: (text: string) => void = () => {}): Promise<Connection> {
  const { address, dialect } = login;
  if (dialect === undefined || dialect === "achex.2") {
    const achex2 = await Achex2Connection.connect(login, onFrame);
    if (achex2) return achex2;
  }
  const legacy = relayUrl(address, dialect === "achex.2" ? undefined : dialect);
  return LegacyConnection.connect({ ...legacy, name: login.name, password: login.password }, onFrame);
}

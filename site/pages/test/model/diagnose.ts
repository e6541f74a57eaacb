/** Finds out whether anything answers HTTP at an address where no WebSocket could be opened. */
export type Probe = (url: string) => Promise<"answers" | "silent">;

const TIMEOUT = 3_000;

/** An opaque response is enough: it cannot be read, but it shows that a server answers. */
export const probe: Probe = async (url) => {
  try {
    await fetch(url, {
      mode: "no-cors",
      cache: "no-store",
      credentials: "omit",
      signal: AbortSignal.timeout(TIMEOUT),
    });
    return "answers";
  } catch {
    return "silent";
  }
};

const LOCAL = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/** Ports above 1023 that browsers block (the list of bad ports in the Fetch standard). */
const REFUSED = [1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6679, 6697, 10080];

function mayBeRefused(port: string): boolean {
  const number = Number(port);
  return (number > 0 && number < 1024) || REFUSED.includes(number) || (number >= 6665 && number <= 6669);
}

function silence({ host, hostname, port }: URL): string {
  if (mayBeRefused(port))
    return `Nothing answers at ${host}, or it is one of the ports that browsers refuse. Try another.`;
  const advice = LOCAL.test(hostname)
    ? "Is the server running, on this port?"
    : "Check host and port; a firewall may be between.";
  return `Nothing that speaks HTTP answers at ${host}. ${advice} If it speaks TLS, write wss://${host}.`;
}

/** Why a connection failed and what to try. Browsers hide the reason from pages, so this is partly a guess. */
export async function diagnose(url: string, ask: Probe): Promise<string> {
  const address = new URL(url);
  const { host } = address;
  const secure = address.protocol === "wss:";
  const [same, other] = secure ? ["https", "http"] : ["http", "https"];
  // One after the other: the console reports each failure as an error.
  if ((await ask(`${same}://${host}/`)) === "answers") {
    return `A web server answers at ${host}, but it did not take the WebSocket: the wrong port, not a relay, or a path or limit it refuses.`;
  }
  if ((await ask(`${other}://${host}/`)) === "answers") {
    return secure
      ? `${host} answers http, but not https: write ws://${host}. If it should speak TLS, its certificate is not trusted here: open https://${host}/ in a tab.`
      : `${host} speaks TLS only: it answers https. Write wss://${host}.`;
  }
  if (secure) {
    return `This browser does not trust the certificate of ${host}, or nothing answers there. Open https://${host}/ in a tab: it shows which.`;
  }
  return silence(address);
}

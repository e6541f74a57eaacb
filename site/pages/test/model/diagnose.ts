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
  if (mayBeRefused(port)) return `Nothing answers at ${host}, or browsers block this port. Try another port.`;
  const advice = LOCAL.test(hostname)
    ? "Is the server running on this port?"
    : "Check the host, the port and any firewall.";
  return `No web server answers at ${host}. ${advice} If it uses TLS, enter wss://${host}.`;
}

/** Why a connection failed and what to try. Browsers hide the reason from pages, so this is partly a guess. */
export async function diagnose(url: string, ask: Probe): Promise<string> {
  const address = new URL(url);
  const { host } = address;
  const secure = address.protocol === "wss:";
  const [same, other] = secure ? ["https", "http"] : ["http", "https"];
  // One after the other: the console reports each failure as an error.
  if ((await ask(`${same}://${host}/`)) === "answers") {
    return `A web server answers at ${host}, but it rejected the WebSocket. The port may be wrong, or the server is not a relay, rejects the path or has reached a limit.`;
  }
  if ((await ask(`${other}://${host}/`)) === "answers") {
    return secure
      ? `${host} answers http, but not https: enter ws://${host}. If it should use TLS, this browser does not trust its certificate: open https://${host}/ in a tab.`
      : `${host} accepts only TLS. Enter wss://${host}.`;
  }
  if (secure) {
    return `This browser does not trust the certificate of ${host}, or nothing answers there. Open https://${host}/ in a tab to find out.`;
  }
  return silence(address);
}

const PING_INTERVAL_MS = 10_000;
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 60_000;

export interface ConnectionStatus {
  readonly text: string;
  readonly connected: boolean;
}

function latencyIn(data: unknown): string | undefined {
  const [, milliseconds] = /^\{"ltcy":"(\d+)ms"\}$/.exec(String(data)) ?? [];
  return milliseconds;
}

/** Reports the connection to the relay and its latency, for as long as the page is open. */
export function watchConnection(relay: string, report: (status: ConnectionStatus) => void): void {
  let retryDelay = FIRST_RETRY_MS;
  const connect = () => {
    const socket = new WebSocket(relay.replace(/^http/, "ws"));
    const sendPing = () => {
      // A hidden page does not need to ping.
      if (socket.readyState === WebSocket.OPEN && !document.hidden) socket.send("ping");
    };
    const pinging = setInterval(sendPing, PING_INTERVAL_MS);
    document.addEventListener("visibilitychange", sendPing);
    socket.onopen = () => {
      retryDelay = FIRST_RETRY_MS;
      report({ text: "connected", connected: true });
      sendPing();
    };
    socket.onmessage = ({ data }) => {
      const milliseconds = latencyIn(data);
      if (milliseconds !== undefined) report({ text: `${milliseconds} ms`, connected: true });
    };
    socket.onclose = () => {
      clearInterval(pinging);
      document.removeEventListener("visibilitychange", sendPing);
      report({ text: "not connected", connected: false });
      // A random delay: otherwise all visitors of a page would reconnect to a restarted relay at the same moment.
      setTimeout(connect, retryDelay * (0.5 + Math.random()));
      retryDelay = Math.min(LONGEST_RETRY_MS, retryDelay * 2);
    };
  };
  connect();
}

const REST = 10_000;
const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 60_000;

export interface Pulse {
  readonly text: string;
  readonly connected: boolean;
}

function latencyIn(data: unknown): string | undefined {
  const [, milliseconds] = /^\{"ltcy":"(\d+)ms"\}$/.exec(String(data)) ?? [];
  return milliseconds;
}

/** Tells of the connection to the relay and of its latency, for as long as the page lives. */
export function follow(relay: string, tell: (pulse: Pulse) => void): void {
  let pause = FIRST_PAUSE;
  const connect = () => {
    const socket = new WebSocket(relay.replace(/^http/, "ws"));
    const ask = () => {
      // A page that nobody looks at need not ask.
      if (socket.readyState === WebSocket.OPEN && !document.hidden) socket.send("ping");
    };
    const asking = setInterval(ask, REST);
    document.addEventListener("visibilitychange", ask);
    socket.onopen = () => {
      pause = FIRST_PAUSE;
      tell({ text: "connected", connected: true });
      ask();
    };
    socket.onmessage = ({ data }) => {
      const milliseconds = latencyIn(data);
      if (milliseconds !== undefined) tell({ text: `${milliseconds} ms`, connected: true });
    };
    socket.onclose = () => {
      clearInterval(asking);
      document.removeEventListener("visibilitychange", ask);
      tell({ text: "not connected", connected: false });
      // At random, or every visitor of a page would come back to a relay that has just started at once.
      setTimeout(connect, pause * (0.5 + Math.random()));
      pause = Math.min(LONGEST_PAUSE, pause * 2);
    };
  };
  connect();
}

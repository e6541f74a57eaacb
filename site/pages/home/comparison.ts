/** A statement about a product, and the page of its documentation that supports it. */
interface Cell {
  readonly text: string;
  readonly source?: string;
}

interface Row {
  readonly question: string;
  readonly cells: readonly [achex: Cell, socketio: Cell, centrifugo: Cell, ably: Cell, piesocket: Cell];
}

/** When the sources were last checked. */
const CHECKED = "26 November 2026";

const PRODUCTS = ["Achex", "Socket.IO", "Centrifugo", "Ably", "PieSocket"];

const ROWS: readonly Row[] = [
  {
    question: "What it is",
    cells: [
      { text: "A relay you run" },
      { text: "A library for a server you write", source: "https://socket.io/docs/v4/" },
      {
        text: "A server you run next to your backend",
        source: "https://centrifugal.dev/docs/getting-started/design",
      },
      { text: "A hosted service", source: "https://ably.com/docs/platform/pricing" },
      { text: "A hosted service", source: "https://www.piesocket.com/docs/3.0/overview" },
    ],
  },
  {
    question: "Clients message each other without server code",
    cells: [
      { text: "Yes" },
      { text: "No: rooms and forwarding are server code", source: "https://socket.io/docs/v4/rooms/" },
      {
        text: "Off by default: new data goes through your backend",
        source: "https://centrifugal.dev/docs/server/channel_permissions",
      },
      { text: "Yes, with an API key", source: "https://ably.com/docs/realtime" },
      { text: "Yes, with an API key", source: "https://www.piesocket.com/docs/3.0/websocket-api" },
    ],
  },
  {
    question: "Any WebSocket library works, with plain JSON",
    cells: [
      { text: "Yes" },
      { text: "No: it uses its own protocol", source: "https://socket.io/docs/v4/" },
      {
        text: "To receive only; sending needs an SDK",
        source: "https://centrifugal.dev/docs/transports/overview",
      },
      { text: "An SDK is recommended; MQTT and SSE adapters", source: "https://ably.com/docs/protocols" },
      { text: "Yes", source: "https://www.piesocket.com/docs/3.0/websocket-api" },
    ],
  },
  {
    question: "A message can go to",
    cells: [
      { text: "A name, a session, a broadcast or a hub" },
      { text: "Decided by your server code", source: "https://socket.io/docs/v4/rooms/" },
      { text: "A channel", source: "https://centrifugal.dev/docs/server/channels" },
      { text: "A channel", source: "https://ably.com/docs/realtime" },
      { text: "A channel", source: "https://www.piesocket.com/docs/3.0/websocket-api" },
    ],
  },
  {
    question: "Missed messages after a reconnect",
    cells: [
      { text: "Delivered in both directions for two minutes, by default; also across a restart" },
      { text: "Optional", source: "https://socket.io/docs/v4/connection-state-recovery" },
      { text: "Optional", source: "https://centrifugal.dev/docs/server/history_and_recovery" },
      { text: "Yes, for two minutes or longer", source: "https://ably.com/docs/storage-history/storage" },
      { text: "Not documented" },
    ],
  },
  {
    question: "More than one server",
    cells: [
      { text: "No: one process" },
      { text: "Yes, with an adapter such as Redis", source: "https://socket.io/docs/v4/redis-adapter/" },
      { text: "Yes, with Redis or NATS", source: "https://centrifugal.dev/docs/server/engines" },
      { text: "Yes, managed for you", source: "https://ably.com/docs/platform/pricing" },
      { text: "Yes, managed for you", source: "https://www.piesocket.com/docs/3.0/overview" },
    ],
  },
];

const cellHtml = ({ text, source }: Cell, at: number): string => {
  const content = source === undefined ? text : `<a href="${source}" rel="noreferrer">${text}</a>`;
  return `<td${at === 0 ? ' class="us"' : ""} data-label="${PRODUCTS[at]}">${content}</td>`;
};

/** The table: each row is a question, each cell links to its evidence. */
export const comparisonTable = `
<div class="table-scroll" tabindex="0" role="region" aria-label="Comparison"><table class="table comparison">
  <thead><tr><td></td>${PRODUCTS.map((name) => `<th scope="col">${name}</th>`).join("")}</tr></thead>
  <tbody>
    ${ROWS.map(({ question, cells }) => `<tr><th scope="row">${question}</th>${cells.map(cellHtml).join("")}</tr>`).join("\n    ")}
  </tbody>
</table></div>
<p class="muted small">Checked ${CHECKED}. Each link leads to the page of the product's documentation that supports the statement.</p>`;

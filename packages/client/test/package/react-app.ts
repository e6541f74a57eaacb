/** A React app: an owner of a connection, a room that can be hidden, and what it shows. Its props are in the page's global `props`. */
export const APP = `
import { useState } from "react";
import { useClient, useClientState, useRoom, useRoomMessage } from "@achex/client/react";

type Kitchen = { hubs: { kitchen: { dish: string } } };
export interface AppProps {
  readonly url: string;
  readonly name: string;
}

function Room({ client }: { readonly client: ReturnType<typeof useClient<Kitchen>> }) {
  const room = client.hub("kitchen");
  const [dishes, setDishes] = useState<readonly string[]>([]);
  const { members, status } = useRoom(room, { presence: true, attributes: { color: "red" } });
  useRoomMessage(room, ({ data }) => setDishes((before) => [...before, data.dish]));
  return <p id="room">{[status, members.map(({ name }) => name).sort().join("+"), dishes.join("+")].join("|")}</p>;
}

export function App({ url, name }: AppProps) {
  const client = useClient<Kitchen>(url, { name });
  const [open, setOpen] = useState(true);
  return (
    <main>
      <b id="state">{useClientState(client)}</b>
      <button type="button" onClick={() => setOpen(!open)}>toggle</button>
      {open ? <Room client={client} /> : null}
    </main>
  );
}
`;

/** What the page runs: the app takes over what the server has rendered. */
export const PAGE = `
import { StrictMode } from "react";
import { hydrateRoot } from "react-dom/client";
import { App, type AppProps } from "./app.tsx";

declare global {
  var props: AppProps;
  var unmount: () => void;
}
const container = document.getElementById("root");
if (!container) throw new Error("no root");
const root = hydrateRoot(container, <StrictMode><App {...props} /></StrictMode>, {
  onRecoverableError: (error) => console.error(error),
});
globalThis.unmount = () => root.unmount();
`;

/** What a server runs to render the page. */
export const SERVER = `
import { StrictMode } from "react";
import { renderToString } from "react-dom/server";
import { App } from "./app.tsx";

console.log(renderToString(<StrictMode><App url={process.argv[2] ?? ""} name="Ann" /></StrictMode>));
`;

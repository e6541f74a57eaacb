/** A React app: an owner of a connection, a room that can be hidden, and what it shows. Its props are in the page's global `props`. */
export const APP = `
import { useState } from "react";
import { useClient, useClientState, useRoom, useRoomMessage, useRoomState } from "@achex/client/react";

type Kitchen = { hubs: { kitchen: { dish: string } }; state: { kitchen: { guests: number } } };
export interface AppProps {
  readonly url: string;
  readonly name: string;
}

function Guests({ client }: { readonly client: ReturnType<typeof useClient<Kitchen>> }) {
  const { state } = client.hub("kitchen");
  const guests = useRoomState(client.hub("kitchen"), "guests");
  const keys = Object.keys(useRoomState(client.hub("kitchen")));
  return <button type="button" id="guests" onClick={() => state.increment("guests")}>{[guests, ...keys].join()}</button>;
}

function Room({ client }: { readonly client: ReturnType<typeof useClient<Kitchen>> }) {
  const room = client.hub("kitchen");
  const [dishes, setDishes] = useState<readonly string[]>([]);
  const { members, status, isHost } = useRoom(room, { presence: true, state: true, attributes: { color: "red" } });
  useRoomMessage(room, ({ data }) => setDishes((before) => [...before, data.dish]));
  const list = [status, members.map(({ name }) => name).sort().join("+"), dishes.join("+")];
  return <div><p id="room">{list.join("|")}</p><Guests client={client} /><i id="host">{isHost ? "host" : "guest"}</i></div>;
}

export function App({ url, name }: AppProps) {
  const client = useClient<Kitchen>(url, { name });
  const [open, setOpen] = useState(true);
  return (
    <main>
      <b id="state">{useClientState(client)}</b>
      <button type="button" id="toggle" onClick={() => setOpen(!open)}>toggle</button>
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

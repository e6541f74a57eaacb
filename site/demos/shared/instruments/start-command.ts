import { INSTANCE } from "./wire.ts";

const LOCAL_PORT = "4010";

/** Address at which instruments join the relay that serves this page. */
export const instrumentsUrl = ({ host, protocol }: Location): string =>
  `${protocol === "https:" ? "wss" : "ws"}://${host}/${INSTANCE}`;

/** The command that starts simulated instruments for this relay. */
export function startCommand(location: Location): string {
  const isDefault = location.hostname === "localhost" && location.port === LOCAL_PORT;
  return `npx achex demo instruments${isDefault ? "" : ` ${instrumentsUrl(location)}`}`;
}

import type { ShownRoom } from "../state.ts";
import { shownOptions } from "./admission.ts";

/** A host as followers see it. */
export const shownHost = (sid: number, name: string): { readonly name: string; readonly sid: number } => ({
  name,
  sid,
});

/** What followers see of a room besides its map (PROTOCOL.md R110). `nameOf` has a name for each session that follows. */
export function shownRoom({ host, term, options }: ShownRoom, nameOf: (session: number) => string | undefined): object {
  const name = host === undefined ? undefined : nameOf(host);
  return {
    term,
    ...(host !== undefined && name !== undefined && { host: shownHost(host, name) }),
    options: shownOptions(options),
  };
}

import type { Data } from "./json.ts";
import type { JoinOptions, RoomSettings } from "./room-api.ts";

/** The options of the next join, when one more part of the program has asked for some. */
export function wishWith(wish: JoinOptions, options: JoinOptions, holds: Iterable<JoinOptions>): JoinOptions {
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const merged: { -readonly [K in keyof JoinOptions]: JoinOptions[K] } = { ...wish, ...given };
  // A component that does not need presence or state must not turn it off for one that does.
  for (const { presence, state } of holds) {
    if (presence) merged.presence = true;
    if (state) merged.state = true;
  }
  return merged;
}

/**
 * The keys of a join for these options; undefined ones are not sent. A member that asks again for presence or state is sent the whole
 * roster or the whole map again, so what was granted is left out.
 */
export const joinKeys = (
  { presence, attributes, state, host, seat, options, password }: JoinOptions,
  granted: JoinOptions = {},
): Data => ({
  $presence: granted.presence === true && presence ? undefined : presence,
  $attributes: attributes,
  $state: granted.state === true && state ? undefined : state,
  $host: host,
  $seat: seat,
  $room: options && settingsKeys(options),
  // The client that creates the room would otherwise have to write its password twice.
  passwd: password ?? options?.password ?? undefined,
});

/** On the wire, grace is in whole seconds. */
export const settingsKeys = ({ grace, ...settings }: RoomSettings): Data => ({
  ...settings,
  grace: typeof grace === "number" ? Math.ceil(grace / 1_000) : grace,
});

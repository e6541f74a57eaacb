import type { Client } from "./api.ts";
import { AchexClient } from "./client.ts";
import { systemClock } from "./clock.ts";
import type { ContractOf, Strict } from "./contract.ts";
import { type FrameObserver, observed } from "./observed-socket.ts";
import type { AnyOptions, Options } from "./options.ts";
import type { AnySchemas } from "./schema.ts";
import { SimulatedNetwork, type Simulation } from "./simulated-network.ts";
import { runtimeWebSocket } from "./socket.ts";

export interface SimulateOption {
  /** Delays frames and drops connections, as a bad network does. The conditions of a SimulatedNetwork can change later. */
  readonly simulate?: Simulation | SimulatedNetwork;
  /** Called with every frame, for example to show or to count them. It must not throw. */
  readonly observe?: FrameObserver;
}

/** The same as connect() of `@achex/client`, with the options `simulate` and `observe`. */
export function connect<const S extends AnySchemas>(
  url: string | { readonly href: string },
  options: Omit<Options<object>, "schemas"> & SimulateOption & { readonly schemas: S },
): Client<ContractOf<S>>;
export function connect<C extends Strict<C> = object>(
  url: string | { readonly href: string },
  options?: Options<C> & SimulateOption,
): Client<C>;
export function connect(url: string | { readonly href: string }, options?: AnyOptions & SimulateOption): unknown {
  const { simulate, observe, ...others } = options ?? {};
  const { WebSocket = runtimeWebSocket(), clock = systemClock, random = Math.random } = others;
  if (!WebSocket || !(simulate || observe)) return new AchexClient(String(url), others);
  const network =
    simulate instanceof SimulatedNetwork ? simulate : simulate && new SimulatedNetwork(simulate, clock, random);
  const simulated = network?.over(WebSocket) ?? WebSocket;
  return new AchexClient(String(url), {
    ...others,
    WebSocket: observe ? observed(simulated, observe) : simulated,
  });
}

export { type Config, ConfigError, createConfig } from "./config/config.ts";
export type { Asset, Assets, Encoding } from "./http/assets.ts";
export { createRelay, type Relay, startRelay } from "./relay.ts";

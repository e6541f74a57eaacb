export { ABSENT, type About, type Batch, batchFrom, cleanText, GAP, LIMITS, type Reading } from "./batch.ts";
export { fullChannel, hubFor, INSTANCE, LEVEL, thinChannel } from "./channels.ts";
export { type PublisherOptions, type PublisherState, StreamPublisher } from "./publisher.ts";
export { Rows } from "./rows.ts";
export { Thinner } from "./thinner.ts";

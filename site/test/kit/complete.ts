// Builds the site for all tests, unless this state of the sources has been built before. Each test would do so itself; several at the
// same time would do it several times.
import { siteComplete } from "./relay.ts";

await siteComplete;
process.exit(0);

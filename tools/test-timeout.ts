// bunfig.toml has no setting for the time a test may take, and setDefaultTimeout() holds for one file: so each test file calls it.
import { plugin } from "bun";

/** Milliseconds a test or hook may take: some start relays and browsers, on machines of two cores. */
const TIMEOUT = 60_000;

plugin({
  name: "test-timeout",
  setup(build) {
    build.onLoad({ filter: /\.test\.ts$/ }, async ({ path }) => ({
      // On the first line of the file, so that errors name the right lines.
      contents: `import { setDefaultTimeout as setTimeLimit } from "bun:test"; setTimeLimit(${TIMEOUT}); ${await Bun.file(path).text()}`,
      loader: "ts",
    }));
  },
});

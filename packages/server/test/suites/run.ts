// npm run test:cluster -- [words]: the conformance suite, and the client's tests with a relay, with three nodes behind one port. Words
// select the files that have one of them in their path. Needs nats-server, chromium, and what else the client's tests need.
import { leftOut } from "./left-out.ts";
import { clientFiles, conformanceFiles, runSuites } from "./suites.ts";

const words = process.argv.slice(2);
const files = [...conformanceFiles(), ...clientFiles()].filter(
  (file) => words.length === 0 || words.some((word) => file.includes(word)),
);
const { code } = await runSuites(files, "inherit");
for (const { title, reason } of leftOut) console.log(`left out: ${title}\n  ${reason}`);
process.exitCode = code;

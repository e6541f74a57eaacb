// The test command. node tools/test.mjs [check] [words a test file's path must contain]
// Needs only Node and what npm installed; see system-packages.mjs for the Debian packages it installs.
import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { ensurePackages } from "./system-packages.mjs";
import { failuresOf, filesToRepeat, plainText } from "./test-failures.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const SKIPPED_FOLDERS = ["node_modules", ".git", "build", "dist", "results"];

const SITE_BUILD = "site/test/kit/complete.ts";
const SPELLING_CACHE = "node_modules/.cache/cspell";
const LINES_OF_A_FAILED_STEP = 20;

/** Paths of all test files from the root, with slashes. */
function testFiles(folder = root) {
  const found = [];
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && !SKIPPED_FOLDERS.includes(entry.name)) found.push(...testFiles(path));
    else if (entry.name.endsWith(".test.ts")) found.push(relative(root, path).split(sep).join("/"));
  }
  return found.sort();
}

/** The environment of a test: a developer's own settings of the relay must not change what is tested. */
function cleanEnvironment() {
  const clean = Object.entries(process.env).filter(([name]) => !name.startsWith("ACHEX_"));
  // The output goes through this process, which hides the terminal from it.
  return { ...Object.fromEntries(clean), ...(process.stdout.isTTY ? { FORCE_COLOR: "1" } : {}) };
}

const running = new Set();
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.on(signal, () => {
    for (const child of running) child.kill(signal);
    process.exit(1);
  });
}

/** Runs a program; `onOutput` gets its output as it comes. Resolves with its exit code and all of its output. */
function run(command, args, onOutput) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, env: cleanEnvironment(), stdio: ["ignore", "pipe", "pipe"] });
    running.add(child);
    let output = "";
    const take = (bytes) => {
      output += bytes;
      onOutput(bytes);
    };
    child.stdout.on("data", take);
    child.stderr.on("data", take);
    const end = (code) => {
      running.delete(child);
      resolve({ code, output });
    };
    child.on("error", (error) => {
      take(`${error.message}\n`);
      end(1);
    });
    child.on("close", (code) => end(code ?? 1));
  });
}

const show = (bytes) => process.stdout.write(bytes);

/** Runs a program and shows its output when it has ended, after that of the one before. */
async function runStep(title, command, args, before) {
  const { code, output } = await run(command, args, () => {});
  await before;
  console.log(`\n▶ ${title}`);
  show(output);
  return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1, failedStep: { title, output } };
}

/** What a failed check said, once more at the end: the first time is followed by thousands of lines of tests. */
function repeatFailedSteps(results) {
  for (const { failedStep } of results) {
    if (failedStep === undefined) continue;
    console.log(`\n✗ failed: ${failedStep.title}`);
    console.log(failedStep.output.trimEnd().split("\n").slice(-LINES_OF_A_FAILED_STEP).join("\n"));
  }
}

/** The script of a tool that npm installed, to be run by this Node: npx would fetch another one when it is missing. */
function toolOf(name, bin) {
  // Not by require.resolve: some packages do not export their package.json.
  const packageFile = join(root, "node_modules", name, "package.json");
  return join(dirname(packageFile), JSON.parse(readFileSync(packageFile, "utf8")).bin[bin]);
}

/** Checks of style, spelling and types, and the build of the site that the tests of several lanes use: none needs two cores for long. */
function runSteps({ checks, site }) {
  const spelling = ["lint", "--no-progress", "--no-summary", "--cache", "--cache-location", SPELLING_CACHE, "**"];
  const node = (title, name, bin, args) => [title, process.execPath, [toolOf(name, bin), ...args]];
  const steps = [
    ...(checks
      ? [
          node("cspell: spelling", "cspell", "cspell", spelling),
          node("biome: lint and format", "@biomejs/biome", "biome", ["check", "."]),
          node("tsc: types", "typescript", "tsc", ["--noEmit", "-p", "."]),
          node("tsc: types of the site", "typescript", "tsc", ["--noEmit", "-p", "site"]),
        ]
      : []),
    ...(site ? [["the site, built once for all tests", process.execPath, ["tools/bun.mjs", SITE_BUILD]]] : []),
  ];
  const results = [];
  for (const [title, command, args] of steps) results.push(runStep(title, command, args, results.at(-1)));
  return Promise.all(results);
}

/** A number of Bun's summary, at the very end of its output: " 288 pass". */
const countOf = (output, word) => {
  const counts = [...plainText(output).matchAll(new RegExp(`^ *(\\d+) ${word}s?$`, "gm"))];
  return Number(counts.at(-1)?.[1] ?? 0);
};

/**
 * Folders whose tests run beside all others, in processes of their own: most tests wait for something, and alone they would
 * leave half of the machine idle.
 */
const LANES = [
  { name: "the C++ client", folders: ["clients/"] },
  { name: "the cluster on hosts", folders: ["packages/server/test/network/"] },
  { name: "the demos", folders: ["site/demos/"] },
  { name: "the site", folders: ["site/"] },
];
const OTHERS = "all other folders";

/** The files of each lane that has any. */
function lanesOf(files) {
  const laneOf = (file) => LANES.find(({ folders }) => folders.some((one) => file.startsWith(one)))?.name ?? OTHERS;
  return [OTHERS, ...LANES.map(({ name }) => name)]
    .map((name) => ({ name, files: files.filter((file) => laneOf(file) === name) }))
    .filter((one) => one.files.length > 0);
}

/** Runs test files in one process of Bun: { passed, failed, failures }. */
async function runFiles(files, onOutput) {
  const { findBun } = await import("../packages/cli/bin/find-bun.mjs");
  const { code, output } = await run(findBun(), ["test", ...files.map((file) => `./${file}`)], onOutput);
  const failed = countOf(output, "fail") + countOf(output, "error");
  const result = { passed: countOf(output, "pass"), failures: failuresOf(output), output };
  // A crash leaves no summary, and must not look like success.
  return { ...result, failed: code === 0 ? failed : Math.max(1, failed) };
}

/** Runs the tests of all lanes side by side. The output of the first appears as it comes, that of the others after it. */
async function runLanes(files) {
  const results = lanesOf(files).map(async (lane, index, lanes) => {
    const title = `\n▶ bun test: ${lane.files.length} files ${lanes.length > 1 ? `of ${lane.name}` : ""}`;
    if (index === 0) console.log(title);
    const result = await runFiles(lane.files, index === 0 ? show : () => {});
    if (index > 0) {
      await results[index - 1];
      console.log(title);
      show(result.output);
    }
    return result;
  });
  return Promise.all(results);
}

/**
 * Runs the tests. Files with failures get one second run, alone and without the other lanes, if they are few: a test that then passes
 * is reported as flaky and does not fail the whole (decision 037).
 */
async function runTests(files) {
  const results = await runLanes(files);
  const failures = results.flatMap((result) => result.failures);
  const list = (title) =>
    console.log([`\n✗ ${title}`, ...failures.map((one) => `  ${one.file}: ${one.title}`)].join("\n"));
  if (failures.length > 0) list("failed:");
  // Failures that are in no list (a crash) are not repeated.
  if (results.reduce((sum, { failed }) => sum + failed, 0) > failures.length) return results;
  const repeated = filesToRepeat(failures);
  if (repeated.length === 0) return results;
  console.log(`\n▶ bun test: ${repeated.join(", ")} once more, alone`);
  const again = await runFiles(repeated, show);
  if (again.failed > 0) {
    list("failed, and some of it again alone:");
    return results;
  }
  list("FLAKY, failed beside other tests and passed alone; each is a fault to fix:");
  const passed = results.reduce((sum, one) => sum + one.passed, 0);
  return [{ passed: passed + failures.length, failed: 0 }];
}

async function main() {
  if (!existsSync(join(root, "node_modules", "bun"))) {
    console.error('Nothing is installed here yet. Run "npm install" first.');
    return { passed: 0, failed: 1 };
  }
  const words = process.argv.slice(2);
  const checkOnly = words[0] === "check";
  if (checkOnly) words.shift();
  const wanted = testFiles().filter(
    (file) =>
      (!checkOnly || file.startsWith("tools/")) && (words.length === 0 || words.some((word) => file.includes(word))),
  );
  if (words.length > 0 && wanted.length === 0) {
    console.error(`No test file has ${words.join(" or ")} in its path.`);
    return { passed: 0, failed: 1 };
  }
  const { files, missing } = ensurePackages(wanted);
  const isWhole = words.length === 0;
  // A few tests build the site themselves, if they need it.
  const results = await runSteps({ checks: isWhole, site: isWhole && !checkOnly });
  results.push(...(await runTests(files)));
  repeatFailedSteps(results);
  for (const text of missing) console.log(`\n✗ ${text}`);
  // On a build machine a skipped suite is a failure; a developer only gets a message.
  if (process.env.CI === "true") results.push({ passed: 0, failed: missing.length });
  const sum = (key) => results.reduce((total, result) => total + result[key], 0);
  return { passed: sum("passed"), failed: sum("failed") };
}

const { passed, failed } = await main();
console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

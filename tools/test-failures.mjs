// What failed in the output of bun test, and the second run of those files.

const COLOUR = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, "g");

/** Without the colours of a terminal. */
export const plainText = (output) => output.replaceAll(COLOUR, "");

/**
 * The failed tests in the output of one bun test, in order: { file, title }. An error outside any test has the title
 * "error outside a test". Without the paths, the end of a long log says how many failed but not which.
 */
export function failuresOf(output) {
  const failures = [];
  let file = "";
  for (const line of plainText(output).split("\n")) {
    // A long run repeats its failures at the end, without their files.
    if (/^\d+ tests? failed:$/.test(line)) break;
    const header = /^(?:\.\/)?(\S+\.test\.ts):$/.exec(line);
    if (header?.[1] !== undefined) file = header[1];
    else if (line === "# Unhandled error between tests") failures.push({ file, title: "error outside a test" });
    else if (line.startsWith("(fail) ")) failures.push({ file, title: line.slice("(fail) ".length) });
  }
  return failures;
}

/** At most this many files get a second run: more is not a matter of chance. */
export const MOST_SECOND_RUNS = 2;

/** The files to run once more, alone: none if too many failed, or if one failure has no file. */
export function filesToRepeat(failures) {
  const files = [...new Set(failures.map(({ file }) => file))];
  return files.length > MOST_SECOND_RUNS || files.includes("") ? [] : files;
}

// Checks projects with a compiler before TypeScript 7, in one process that parses each file once.
// Arguments: the compiler's package, then tsconfig.json files. Prints for each what is wrong in it, as "file:line code text".
import { createRequire } from "node:module";
import { basename, dirname } from "node:path";

const [compiler, ...projects] = process.argv.slice(2);
const ts = createRequire(import.meta.url)(compiler);
const parsed = new Map();

function errorsOf(project) {
  const { config } = ts.readConfigFile(project, ts.sys.readFile);
  const { options, fileNames } = ts.parseJsonConfigFileContent(config, ts.sys, dirname(project));
  const host = ts.createCompilerHost(options);
  const read = host.getSourceFile.bind(host);
  host.getSourceFile = (path, settings, ...rest) => {
    // A file is a module of one kind or the other by the settings of the project.
    const key = `${path} ${settings.impliedNodeFormat} ${options.moduleResolution}`;
    if (!parsed.has(key)) parsed.set(key, read(path, settings, ...rest));
    return parsed.get(key);
  };
  const program = ts.createProgram(fileNames, options, host);
  // The declarations of other packages are not ours, and take most of the time.
  const own = program
    .getSourceFiles()
    .filter(({ fileName }) => !/node_modules\/(?!@achex)|\/lib\.[^/]*$/.test(fileName));
  const found = [...program.getOptionsDiagnostics(), ...program.getGlobalDiagnostics()];
  for (const file of own) found.push(...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file));
  return found.map(({ file, start, code, messageText }) => {
    const line = file ? file.getLineAndCharacterOfPosition(start).line + 1 : 0;
    const path = file ? file.fileName : basename(project);
    return `${path}:${line} TS${code} ${ts.flattenDiagnosticMessageText(messageText, " ")}`;
  });
}

console.log(JSON.stringify(projects.map(errorsOf)));

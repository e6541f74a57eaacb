/** Declarations of one module, as the compiler emits them: one statement begins at the start of a line. */
interface Module {
  /** By name; overloads are kept together. */
  readonly declared: Map<string, string[]>;
  /** Local name → where it comes from. */
  readonly imported: Map<string, Origin>;
  /** Exported name → where it comes from. */
  readonly exported: Map<string, Origin>;
  /** Modules that are re-exported completely. */
  readonly passedOn: string[];
}

interface Origin {
  readonly module: string;
  readonly name: string;
}

export interface ModuleReader {
  /** Text of a module. */
  read(module: string): string;
  /** The module that a specifier resolves to; undefined for modules outside this repository. */
  resolve(from: string, specifier: string): string | undefined;
}

/** Statements, each with the comment before it. */
function statementsOf(text: string): string[] {
  const statements: string[] = [];
  let onlyComment = false;
  for (const line of text.split("\n")) {
    const begins = /^[^\s})\]*]/.test(line);
    if (begins && !onlyComment) statements.push(line);
    else if (statements.length > 0) statements.push(`${statements.pop()}\n${line}`);
    if (begins) onlyComment = line.startsWith("/*");
    if (line.startsWith("/*") || line === " */") onlyComment = true;
  }
  return statements.map((statement) => statement.trimEnd());
}

const DECLARATION =
  /^(?:export )?(?:declare )?(?:abstract )?(?:class|interface|type|const|let|function|enum) ([\w$]+)/m;
const LIST = /^(import|export)(?: type)? \{(.*)\}(?: from "(.*)")?;$/s;
const STAR = /^export \* from "(.*)";$/;

/** `type A, B as C` → [["A", "A"], ["B", "C"]]. */
const namesIn = (list: string): [string, string][] =>
  list
    .split(",")
    .map((one) => one.trim().replace(/^type /, ""))
    .filter((one) => one !== "")
    .map((one) => {
      const [name = one, as = name] = one.split(" as ");
      return [name, as];
    });

function readModule(path: string, { read, resolve }: ModuleReader): Module {
  const module: Module = { declared: new Map(), imported: new Map(), exported: new Map(), passedOn: [] };
  for (const statement of statementsOf(read(path))) {
    const star = STAR.exec(statement)?.[1];
    const from = star === undefined ? undefined : resolve(path, star);
    if (from !== undefined) module.passedOn.push(from);
    const list = LIST.exec(statement);
    if (list) {
      const [, keyword, names = "", specifier] = list;
      const origin = specifier === undefined ? path : resolve(path, specifier);
      if (origin === undefined) throw new Error(`${path} takes types from ${specifier}, which is not ours to roll up`);
      for (const [name, as] of namesIn(names)) {
        (keyword === "import" ? module.imported : module.exported).set(as, { module: origin, name });
      }
      continue;
    }
    const name = DECLARATION.exec(statement)?.[1];
    if (name === undefined) continue;
    module.declared.set(name, [...(module.declared.get(name) ?? []), statement]);
    if (/^export /m.test(statement)) module.exported.set(name, { module: path, name });
  }
  return module;
}

const WITHOUT_WORDS = /\/\*[\s\S]*?\*\/|"(?:[^"\\]|\\.)*"/g;
const wordsOf = (text: string): Set<string> => new Set(text.replace(WITHOUT_WORDS, " ").match(/[A-Za-z_$][\w$]*/g));

/**
 * One text that declares everything the entry exports, and what those declarations need. Throws if two modules use the same
 * name.
 */
export function rollUpDeclarations(entry: string, parts: ModuleReader): string {
  const modules = new Map<string, Module>();
  const moduleOf = (path: string): Module => {
    const module = modules.get(path) ?? readModule(path, parts);
    modules.set(path, module);
    return module;
  };
  /** Follows imports and re-exports to the declaration. */
  const find = ({ module: path, name }: Origin, seen: ReadonlySet<string> = new Set()): Origin | undefined => {
    const module = moduleOf(path);
    if (module.declared.has(name)) return { module: path, name };
    const next = module.exported.get(name) ?? module.imported.get(name);
    if (next && !seen.has(path)) return find(next, new Set([...seen, path]));
    for (const passed of module.passedOn) {
      const found = seen.has(passed) ? undefined : find({ module: passed, name }, new Set([...seen, path]));
      if (found) return found;
    }
    return undefined;
  };
  const exportsOf = (path: string): [string, Origin][] => {
    const { exported, passedOn } = moduleOf(path);
    return [...exported, ...passedOn.flatMap(exportsOf)];
  };
  const exports = [...new Map(exportsOf(entry))].map(([as, origin]) => ({ as, found: find(origin) }));
  const reached = new Map<string, Origin>();
  const reach = (origin: Origin): void => {
    const other = reached.get(origin.name);
    if (other && other.module !== origin.module) {
      throw new Error(`${origin.name} is declared in ${other.module} and in ${origin.module}; rename one of them`);
    }
    if (other) return;
    reached.set(origin.name, origin);
    const module = moduleOf(origin.module);
    for (const word of wordsOf((module.declared.get(origin.name) ?? []).join("\n"))) {
      const needed = module.declared.has(word) ? { module: origin.module, name: word } : module.imported.get(word);
      const found = needed && find(needed);
      if (found) reach(found);
    }
  };
  // Readers look first for what the entry itself declares.
  const first = new Set([entry, ...moduleOf(entry).passedOn]);
  const isFirst = ({ found }: { readonly found: Origin | undefined }) => Number(found && first.has(found.module));
  for (const { found } of exports.toSorted((a, b) => isFirst(b) - isFirst(a))) if (found) reach(found);
  const plain = new Set(exports.flatMap(({ as, found }) => (found?.name === as ? as : [])));
  const texts = [...reached.values()].map(({ module, name }) => {
    const text = (moduleOf(module).declared.get(name) ?? []).join("\n").replace(/^export /gm, "");
    return plain.has(name)
      ? text.replace(/^(?=(?:declare|abstract|class|interface|type|const|enum)\b)/gm, "export ")
      : text;
  });
  const renamed = exports.flatMap(({ as, found }) => (found && found.name !== as ? `${found.name} as ${as}` : []));
  // Without this line the file would export all its declarations.
  return `${[...texts, `export {${renamed.map((one) => ` ${one} `).join(",")}};`].join("\n\n")}\n`;
}

/** What the placeholders of one replay stand for; see vectors/README.md. */
export class Placeholders {
  /** Session ids by client, and tokens. */
  private readonly learnt = new Map<string, string>();

  /** `run` is the random ending of names and instances. */
  constructor(
    private readonly run: string,
    private readonly clients: readonly string[],
  ) {}

  /** A text to send, or a path to connect to. */
  fill(text: string, fill = 0): string {
    return text.replace(/<(\w+)>/g, (whole, word: string) => this.valueOf(word, fill) ?? whole);
  }

  /**
   * Why a frame is not the expected one, or undefined when it is. A session id or token that was not known before is learnt
   * from it.
   */
  mismatch(expected: string, actual: string, fill = 0): string | undefined {
    const known = this.fill(expected, fill);
    if (known === actual) return undefined;
    const open: string[] = [];
    const pattern = known.split(/<(\w+)>/).map((part, index) => {
      if (index % 2 === 0) return RegExp.escape(part);
      if (part === "ms") return "\\d+";
      if (part === "time") return "\\d{13}";
      if (part === "any") return '[^"]*';
      if (part === "more") return ".*";
      if (!this.clients.includes(part) && !isToken(part)) return RegExp.escape(`<${part}>`);
      open.push(part);
      return isToken(part) ? "([\\w-]{43})" : "([1-9]\\d*)";
    });
    const match = new RegExp(`^${pattern.join("")}$`).exec(actual);
    if (!match) return `expected ${short(known)}\n     got ${short(actual)}`;
    open.forEach((word, index) => {
      this.learnt.set(word, match[index + 1] ?? "");
    });
    return undefined;
  }

  /**
   * Why a frame does not have the members of the expected JSON, or undefined when it has: in any order, beside others. A text
   * that is nothing but the placeholder of a number stands for that number.
   */
  jsonMismatch(expected: unknown, actual: string): string | undefined {
    let value: unknown;
    try {
      value = JSON.parse(actual);
    } catch {
      return `expected JSON, got ${short(actual)}`;
    }
    const path = this.difference(expected, value, "");
    return path === undefined
      ? undefined
      : `expected ${JSON.stringify(expected)}\n     got ${short(actual)}\n     see ${path}`;
  }

  /** Where a value is not as expected. */
  private difference(expected: unknown, actual: unknown, path: string): string | undefined {
    if (typeof expected === "string") {
      const [, word = ""] = /^<(\w+)>$/.exec(expected) ?? [];
      const type = word === "ms" || word === "time" || this.clients.includes(word) ? "number" : "string";
      return typeof actual === type && this.mismatch(expected, String(actual)) === undefined ? undefined : path;
    }
    if (typeof expected !== "object" || expected === null) return expected === actual ? undefined : path;
    if (typeof actual !== "object" || actual === null || Array.isArray(actual) !== Array.isArray(expected)) return path;
    const members = new Map(Object.entries(actual));
    if (Array.isArray(expected) && members.size !== expected.length) return path;
    for (const [key, value] of Object.entries(expected)) {
      const different = this.difference(value, members.get(key), `${path}.${key}`);
      if (different !== undefined) return different;
    }
    return undefined;
  }

  private valueOf(word: string, fill: number): string | undefined {
    if (word === "run") return this.run;
    if (word === "fill") return "x".repeat(fill);
    return this.learnt.get(word);
  }
}

/** `token`, `token2` and so on. */
const isToken = (word: string): boolean => /^token\d*$/.test(word);

const short = (text: string) => (text.length > 2_000 ? `${text.slice(0, 500)}… (${text.length} units)` : text);

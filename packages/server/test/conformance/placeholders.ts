/** What the placeholders of one replay stand for; see vectors/README.md. */
export class Placeholders {
  private readonly ids = new Map<string, string>();

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
   * Why a frame is not the expected one, or undefined when it is. A session id that was not known before is learnt from it.
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
      if (!this.clients.includes(part)) return RegExp.escape(`<${part}>`);
      open.push(part);
      return "([1-9]\\d*)";
    });
    const match = new RegExp(`^${pattern.join("")}$`).exec(actual);
    if (!match) return `expected ${short(known)}\n     got ${short(actual)}`;
    open.forEach((client, index) => {
      this.ids.set(client, match[index + 1] ?? "");
    });
    return undefined;
  }

  private valueOf(word: string, fill: number): string | undefined {
    if (word === "run") return this.run;
    if (word === "fill") return "x".repeat(fill);
    return this.ids.get(word);
  }
}

const short = (text: string) => (text.length > 2_000 ? `${text.slice(0, 500)}… (${text.length} units)` : text);

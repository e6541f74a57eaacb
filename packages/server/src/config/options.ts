/** One setting of the server. Its flag, ACHEX_ environment variable and config-file key derive from its name. */
export interface Option<Value = unknown> {
  readonly name: string;
  /** Shown for the value in the help; also names the unit. */
  readonly placeholder: string;
  readonly fallback: Value;
  /** The default as a person would write it, or `none`. */
  readonly defaultText: string;
  /** What it sets, in a few words. */
  readonly summary: string;
  /** The summary, and how to switch it off or give several values. */
  readonly help: string;
  /** Why the setting exists and has this default; for docs/operating.md. */
  readonly why: string;
  /** May be given several times, or as a comma-separated list. */
  readonly isList: boolean;
  /** Parses the value; undefined when it is not allowed. */
  readonly parse: (text: string) => Value | undefined;
  /** The text of an item of a list that a config file has as a table. */
  readonly fromTable?: (table: unknown) => string | undefined;
  /** What is allowed, for the error message when `read` returns undefined. */
  readonly allowed: string;
}

interface OptionTexts {
  readonly help: string;
  readonly why: string;
}

const UNITS = new Map([
  ["", 1],
  ["b", 1],
  ["kb", 1e3],
  ["kib", 1024],
  ["mb", 1e6],
  ["mib", 1024 ** 2],
  ["gb", 1e9],
  ["gib", 1024 ** 3],
]);
/** The largest value of the 32-bit counters in the WebSocket layer. */
const MOST_BYTES = 2 ** 31 - 1;

/** Bytes from a text such as 65536, 64KiB or 4MiB. */
export function readBytes(text: string, most = MOST_BYTES): number | undefined {
  const [, digits, unit = ""] = /^(\d{1,10}) ?([a-z]{0,3})$/i.exec(text.trim()) ?? [];
  const factor = UNITS.get(unit.toLowerCase());
  if (digits === undefined || factor === undefined) return undefined;
  const value = Number(digits) * factor;
  return value <= most ? value : undefined;
}

const showBytes = (value: number): string => {
  for (const [name, unit] of [
    ["GiB", 1024 ** 3],
    ["MiB", 1024 ** 2],
    ["KiB", 1024],
  ] as const) {
    if (value >= unit && value % unit === 0) return `${value / unit} ${name}`;
  }
  return String(value);
};

export const bytes = (name: string, fallback: number, { help, why }: OptionTexts): Option<number> => ({
  name,
  placeholder: "BYTES",
  fallback,
  defaultText: showBytes(fallback),
  summary: help,
  help: `${help}; 0 = off`,
  why,
  isList: false,
  parse: (text) => readBytes(text),
  allowed: "a number of bytes below 2 GiB such as 65536, 64KiB or 4MiB; 0 switches it off",
});

/** The same for what may be larger than memory. */
export const diskBytes = (name: string, fallback: number, texts: OptionTexts): Option<number> => ({
  ...bytes(name, fallback, texts),
  parse: (text) => readBytes(text, Number.MAX_SAFE_INTEGER),
  allowed: "a number of bytes such as 500MiB or 20GiB; 0 switches it off",
});

/** A whole number; `off` says what 0 means. */
export const count = (
  name: string,
  fallback: number,
  { help, why, unit = "N", off = "off" }: OptionTexts & { readonly unit?: "N" | "SECONDS"; readonly off?: string },
): Option<number> => ({
  name,
  placeholder: unit,
  fallback,
  defaultText: unit === "SECONDS" ? `${fallback} s` : String(fallback),
  summary: help,
  help: `${help}; 0 = ${off}`,
  why,
  isList: false,
  parse: (text) => (/^\d{1,9}$/.test(text.trim()) ? Number(text) : undefined),
  allowed: `a whole number${unit === "SECONDS" ? " of seconds" : ""} from 0 to 999999999; 0 = ${off}`,
});

export const port = <Fallback extends number | undefined>(
  name: string,
  fallback: Fallback,
  { help, why }: OptionTexts,
): Option<number | Fallback> => ({
  name,
  placeholder: "PORT",
  fallback,
  defaultText: fallback === undefined ? "none" : String(fallback),
  summary: help,
  help,
  why,
  isList: false,
  parse: (text) => (/^\d{1,5}$/.test(text.trim()) && Number(text) < 65_536 ? Number(text) : undefined),
  allowed: "a port number from 0 to 65535; 0 uses any free port",
});

export const choice = <const Choice extends string>(
  name: string,
  choices: readonly Choice[],
  fallback: NoInfer<Choice>,
  { help, why }: OptionTexts,
): Option<Choice> => ({
  name,
  placeholder: choices.join("|"),
  fallback,
  defaultText: fallback,
  summary: help,
  help,
  why,
  isList: false,
  parse: (text) => choices.find((one) => one === text.trim()),
  allowed: `one of ${choices.join(", ")}`,
});

export const text = <Fallback extends string | undefined>(
  name: string,
  fallback: Fallback,
  { help, why, placeholder }: OptionTexts & { readonly placeholder: string },
): Option<string | Fallback> => ({
  name,
  placeholder,
  fallback,
  defaultText: fallback ?? "none",
  summary: help,
  help,
  why,
  isList: false,
  parse: (text) => (text.trim() === "" ? undefined : text),
  allowed: "a non-empty value",
});

/** A list of texts, each checked by `fits`. */
export const list = (
  name: string,
  {
    help,
    why,
    placeholder,
    fits,
    allowed,
  }: OptionTexts & {
    readonly placeholder: string;
    readonly fits: (item: string) => boolean;
    readonly allowed: string;
  },
): Option<readonly string[]> => ({
  name,
  placeholder,
  fallback: [],
  defaultText: "none",
  summary: help,
  help: `${help}; separate several with commas`,
  why,
  isList: true,
  parse: (text) => {
    const items = text.split(",").map((item) => item.trim());
    const present = items.filter((item) => item !== "");
    return present.every(fits) ? present : undefined;
  },
  allowed: `${allowed}; separate several with commas`,
});

/** One setting of the server: its flag, ACHEX_ environment variable and config-file key are all made of its name. */
export interface Option<Value = unknown> {
  readonly name: string;
  /** What the help shows for the value. */
  readonly placeholder: string;
  readonly fallback: Value;
  readonly help: string;
  /** The value of a text, or undefined when the text is none of the allowed ones. */
  readonly read: (text: string) => Value | undefined;
  /** Said when `read` gives undefined. */
  readonly allowed: string;
}

const UNITS: Readonly<Record<string, number>> = {
  "": 1,
  b: 1,
  kib: 1024,
  kb: 1000,
  mib: 1024 ** 2,
  mb: 1e6,
  gib: 1024 ** 3,
};

function readSize(text: string): number | undefined {
  const match = /^(\d{1,12})\s*([a-z]*)$/i.exec(text.trim());
  const unit = UNITS[match?.[2]?.toLowerCase() ?? "none"];
  return match?.[1] && unit !== undefined ? Number(match[1]) * unit : undefined;
}

export const bytes = (name: string, fallback: number, help: string): Option<number> => ({
  name,
  placeholder: "BYTES",
  fallback,
  help: `${help}; 0 = off`,
  read: readSize,
  allowed: "a number of bytes such as 65536, 64KiB or 4MiB; 0 switches the limit off",
});

export const count = (name: string, fallback: number, help: string, unit = "N"): Option<number> => ({
  name,
  placeholder: unit,
  fallback,
  help: `${help}; 0 = off`,
  read: (text) => (/^\d{1,9}$/.test(text.trim()) ? Number(text) : undefined),
  allowed: "a whole number from 0 to 999999999; 0 switches it off",
});

export const port = <Fallback extends number | undefined>(
  name: string,
  fallback: Fallback,
  help: string,
): Option<number | Fallback> => ({
  name,
  placeholder: "PORT",
  fallback,
  help,
  read: (text) => (/^\d{1,5}$/.test(text.trim()) && Number(text) < 65_536 ? Number(text) : undefined),
  allowed: "a port number from 0 to 65535; 0 takes any free port",
});

export const choice = <const Choice extends string>(
  name: string,
  choices: readonly Choice[],
  fallback: NoInfer<Choice>,
  help: string,
): Option<Choice> => ({
  name,
  placeholder: choices.join("|"),
  fallback,
  help,
  read: (text) => choices.find((one) => one === text.trim()),
  allowed: `one of ${choices.join(", ")}`,
});

export const words = <Fallback extends string | undefined>(
  name: string,
  placeholder: string,
  fallback: Fallback,
  help: string,
): Option<string | Fallback> => ({
  name,
  placeholder,
  fallback,
  help,
  read: (text) => (text === "" ? undefined : text),
  allowed: "a text that is not empty",
});

export const list = (name: string, placeholder: string, help: string): Option<readonly string[]> => ({
  name,
  placeholder,
  fallback: [],
  help: `${help}; several with commas`,
  read: (text) =>
    text
      .split(",")
      .map((part) => part.trim())
      .filter((part) => part !== ""),
  allowed: "a list with commas",
});

/** Bytes of one name: file systems allow 255, and a number may be added. */
const LONGEST = 200;
const DEEPEST = 32;

/** Control characters, invisible ones and changes of the writing direction, which disguise an extension. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/gu;
/** Not allowed on Windows, or separators. */
const FORBIDDEN = /[<>:"/\\|?*]/g;
/** Devices of Windows, also with an extension. */
const DEVICE = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(?:\.|$)/i;

const lengthOf = (text: string): number => new TextEncoder().encode(text).length;

/** Shortens a name in the middle, so that it keeps its extension. */
function shortened(name: string): string {
  if (lengthOf(name) <= LONGEST) return name;
  const [extension = ""] = /\.[^.]{1,16}$/.exec(name) ?? [];
  let stem = [...name.slice(0, name.length - extension.length)].slice(0, LONGEST);
  while (lengthOf(stem.join("") + extension) > LONGEST) stem = stem.slice(0, -1);
  return stem.join("") + extension;
}

/** A name that every file system takes, and that shows what it is. */
function safeSegment(text: string): string {
  const clean = text
    .normalize("NFC")
    .replace(HIDDEN, "")
    .replace(FORBIDDEN, "_")
    .replace(/[. ]+$/, "")
    .trimStart();
  return shortened(DEVICE.test(clean) ? `_${clean}` : clean);
}

/**
 * The parts of a path as a receiver may use them, whatever the sender wrote: no `..`, no drive, no device, no hidden file at the top, where
 * programs look for settings. Never empty.
 */
export function safePath(path: string): readonly [string, ...string[]] {
  const segments = path
    .split(/[/\\]/)
    .map((segment) => (/^\.*$/.test(segment.trim()) ? "" : safeSegment(segment)))
    .filter((segment) => segment !== "");
  const [first = "file", ...rest] = segments.length > DEEPEST ? segments.slice(-DEEPEST) : segments;
  return [first.startsWith(".") ? `_${first}` : first, ...rest];
}

interface Folder {
  /** By the name in lower case: on many systems, `A` and `a` are one file. */
  readonly entries: Map<string, { readonly name: string; readonly folder: Folder | undefined }>;
}

const numbered = (name: string, number: number): string => {
  const [extension = ""] = /\.[^.]{1,16}$/.exec(name) ?? [];
  const stem = name.slice(0, name.length - extension.length);
  return `${stem || name} (${number})${stem ? extension : ""}`;
};

/** The first of `name`, `name (2)`, `name (3)` … that is free. */
export function freeName(name: string, isTaken: (name: string) => boolean): string {
  let free = name;
  for (let number = 2; isTaken(free); number++) free = numbered(name, number);
  return free;
}

/** Safe paths for a list of files: no two are the same file, and no file is where a folder must be. */
export function safePaths(paths: readonly string[]): string[][] {
  const top: Folder = { entries: new Map() };
  return paths.map((path) => {
    const segments = [...safePath(path)];
    let folder = top;
    return segments.map((segment, at) => {
      const { entries } = folder;
      const known = entries.get(segment.toLowerCase());
      if (at < segments.length - 1 && known?.folder) {
        folder = known.folder;
        return known.name;
      }
      const name = freeName(segment, (one) => entries.has(one.toLowerCase()));
      const inner = at < segments.length - 1 ? { entries: new Map() } : undefined;
      entries.set(name.toLowerCase(), { name, folder: inner });
      folder = inner ?? folder;
      return name;
    });
  });
}

import type { Source } from "@achex/files";

/** Files to send, and the handles by which a page can read them again after a reload. */
export interface Picked {
  readonly sources: readonly Source[];
  readonly handles: readonly FileSystemHandle[];
}

const sourceOf = (file: File, path = file.webkitRelativePath || file.name): Source => ({
  path,
  size: file.size,
  modified: file.lastModified,
  async read(from, to) {
    // It rejects if the file has changed on the disk.
    return new Uint8Array(await file.slice(from, to).arrayBuffer());
  },
});

export const pickedFiles = (files: Iterable<File>): Picked => ({
  sources: [...files].map((file) => sourceOf(file)),
  handles: [],
});

async function walkHandle(handle: FileSystemHandle, path: string, sources: Source[]): Promise<void> {
  if (handle instanceof FileSystemFileHandle) sources.push(sourceOf(await handle.getFile(), path));
  else if (handle instanceof FileSystemDirectoryHandle)
    for await (const inner of handle.values()) await walkHandle(inner, `${path}/${inner.name}`, sources);
}

export async function handledFiles(handles: readonly FileSystemHandle[]): Promise<Picked> {
  const sources: Source[] = [];
  for (const handle of handles) await walkHandle(handle, handle.name, sources);
  return { sources, handles };
}

/** Asks the user for the permission to read what was sent before a reload. */
export async function allowedAgain(handles: readonly FileSystemHandle[]): Promise<boolean> {
  for (const handle of handles) if ((await handle.requestPermission?.({ mode: "read" })) === "denied") return false;
  return true;
}

const filesIn = (entry: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> => {
  const reader = entry.createReader();
  const found: FileSystemEntry[] = [];
  return new Promise((resolve, reject) => {
    // One call gives at most 100 entries.
    const more = () =>
      reader.readEntries((entries) => {
        if (entries.length === 0) return resolve(found);
        found.push(...entries);
        more();
        return undefined;
      }, reject);
    more();
  });
};

async function walkEntry(entry: FileSystemEntry, sources: Source[]): Promise<void> {
  const path = entry.fullPath.replace(/^\//, "");
  if (entry instanceof FileSystemFileEntry)
    sources.push(sourceOf(await new Promise<File>((resolve, reject) => entry.file(resolve, reject)), path));
  else if (entry instanceof FileSystemDirectoryEntry)
    for (const inner of await filesIn(entry)) await walkEntry(inner, sources);
}

/** Files and folders that were dropped. The items are only readable during the event, so nothing is awaited before they are read. */
export async function droppedFiles({ items }: DataTransfer): Promise<Picked> {
  const dropped = [...items].filter(({ kind }) => kind === "file");
  const handles = dropped.map((item) => item.getAsFileSystemHandle?.() ?? null);
  const entries = dropped.map((item) => item.webkitGetAsEntry());
  const found = await Promise.all(handles).catch(() => []);
  const real = found.flatMap((handle) => handle ?? []);
  if (real.length > 0 && real.length === dropped.length) return handledFiles(real);
  const sources: Source[] = [];
  for (const entry of entries) if (entry) await walkEntry(entry, sources);
  return { sources, handles: [] };
}

export const canPickFolder = (): boolean => window.showDirectoryPicker !== undefined;

/** Undefined if the browser has no such picker, or the user closed it. */
export async function pickFolder(mode: "read" | "readwrite"): Promise<FileSystemDirectoryHandle | undefined> {
  return window.showDirectoryPicker?.({ mode }).catch(() => undefined);
}

/** Whether files can be chosen in a way that lets a page read them again after a reload. */
export const canPickHandles = (): boolean => window.showOpenFilePicker !== undefined;

export async function pickHandles(): Promise<readonly FileSystemFileHandle[]> {
  return (await window.showOpenFilePicker?.({ multiple: true }).catch(() => [])) ?? [];
}

const FOLDER = "received";

/** Whether this page has a file system of its own. Pages of plain HTTP do not. */
export const hasPrivateFiles = (): boolean => navigator.storage?.getDirectory !== undefined;

async function top(): Promise<FileSystemDirectoryHandle> {
  const root = await navigator.storage.getDirectory();
  return root.getDirectoryHandle(FOLDER, { create: true });
}

/** The folder of one transfer in the browser's own file system; its files are named by number. */
export async function transfersFolder(list: string): Promise<FileSystemDirectoryHandle> {
  return (await top()).getDirectoryHandle(list, { create: true });
}

export async function privateFile(list: string, file: number): Promise<File> {
  const handle = await (await transfersFolder(list)).getFileHandle(String(file));
  return handle.getFile();
}

export async function removePrivateFile(list: string, file: number): Promise<void> {
  await (await transfersFolder(list)).removeEntry(String(file)).catch(() => {});
}

export async function removeTransferFolder(list: string): Promise<void> {
  await (await top()).removeEntry(list, { recursive: true }).catch(() => {});
}

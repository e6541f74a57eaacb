import type { Bytes, Hasher, HashMark } from "@achex/files";
import { createWasmHasher } from "@achex/files/hasher";
import type { DiskAnswer, DiskRequest } from "./disk-requests.ts";
import { transfersFolder } from "./private-folder.ts";

/** A file that cannot be opened yet, because the page before a reload still has it. */
const TRIES = 20;
const PAUSE = 100;

interface OpenFile {
  readonly hasher: Hasher;
  /** Without it, only the hash is made. */
  readonly handle: FileSystemSyncAccessHandle | undefined;
  offset: number;
}

const files = new Map<number, OpenFile>();

async function accessHandle(file: FileSystemFileHandle): Promise<FileSystemSyncAccessHandle> {
  for (let tries = 1; ; tries++) {
    try {
      return await file.createSyncAccessHandle();
    } catch (error) {
      if (tries === TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
    }
  }
}

async function openFile(list: string, file: number, mark: HashMark | undefined): Promise<OpenFile> {
  const folder = await transfersFolder(list);
  const handle = await accessHandle(await folder.getFileHandle(String(file), { create: true }));
  // Bytes after the mark were written, but their hash is not known.
  const from = mark && handle.getSize() >= mark.offset ? mark : undefined;
  handle.truncate(from?.offset ?? 0);
  return { handle, hasher: await createWasmHasher(from?.state), offset: from?.offset ?? 0 };
}

function write(file: OpenFile, bytes: Bytes): void {
  for (let at = 0; file.handle && at < bytes.length; ) {
    const written = file.handle.write(bytes.subarray(at), { at: file.offset + at });
    if (written === 0)
      throw new Error("The browser's storage is full. Free some space, then let the file be sent again.");
    at += written;
  }
  void file.hasher.update(bytes);
  file.offset += bytes.length;
}

async function perform(request: DiskRequest): Promise<unknown> {
  const { id } = request;
  if (request.op === "hash") {
    files.set(id, { handle: undefined, hasher: await createWasmHasher(request.state), offset: 0 });
    return undefined;
  }
  if (request.op === "open") {
    const opened = await openFile(request.list, request.file, request.mark);
    files.set(id, opened);
    return opened.offset;
  }
  const file = files.get(id);
  if (!file) throw new Error("The file is closed.");
  if (request.op === "write") return write(file, request.bytes);
  if (request.op === "mark") {
    file.handle?.flush();
    return file.hasher.save();
  }
  files.delete(id);
  file.handle?.flush();
  file.handle?.close();
  return request.op === "finish" ? file.hasher.digest() : undefined;
}

/** Requests are done one after the other, so that a file is not closed while it is written. */
let work: Promise<unknown> = Promise.resolve();
addEventListener("message", ({ data }: MessageEvent<DiskRequest>) => {
  work = work.then(async () => {
    let answer: DiskAnswer;
    try {
      answer = { number: data.number, value: await perform(data) };
    } catch (error) {
      answer = { number: data.number, error: error instanceof Error ? error.message : String(error) };
    }
    postMessage(answer);
  });
});

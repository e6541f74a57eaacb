import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const FILES = ["keep.db", "keep.db-wal"];

/** The data folders of nodes, which outlive their processes, and what they were earlier. */
export class Disks {
  private readonly root = mkdtempSync(join(tmpdir(), "achex-sim-"));

  folder(name: string): string {
    const folder = join(this.root, name);
    mkdirSync(folder, { recursive: true });
    return folder;
  }

  /** Notes what a disk holds now. */
  note(name: string): void {
    this.replace(this.folder(`${name}.earlier`), this.folder(name));
  }

  /** A power failure: what was written last was not on the disk yet. */
  loseEnd(name: string): void {
    this.replace(this.folder(name), this.folder(`${name}.earlier`));
  }

  /** The machine has another disk. */
  loseAll(name: string): void {
    rmSync(this.folder(name), { recursive: true });
  }

  end(): void {
    rmSync(this.root, { recursive: true, force: true });
  }

  private replace(folder: string, by: string): void {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder);
    for (const file of FILES) if (existsSync(join(by, file))) cpSync(join(by, file), join(folder, file));
  }
}

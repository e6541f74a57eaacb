import type { Asset } from "@achex/server/assets";
import type { Build, StartBuild } from "./builder.ts";
import { redirectFor } from "./redirects.ts";

/** Page addresses have no file extension. Scripts and style sheets must never be replaced by a page. */
export const looksLikePage = (path: string): boolean => !/\.\w+$/.test(path);

/** A site that is being built; requested files are built first. */
export class PendingSite {
  private readonly files = new Map<string, Asset>();
  private pages: readonly string[] | undefined;
  private build: Build | undefined;
  private readonly wanted = new Set<string>();
  private readonly waiting = new Map<string, (() => void)[]>();

  constructor(
    private readonly root: string,
    private readonly startBuild: StartBuild,
  ) {}

  /** Runs the build. Each file can be found as soon as it is ready. */
  async run(folder: string): Promise<void> {
    this.build = this.startBuild(this.root, folder, {
      pages: (paths) => {
        this.pages = paths;
        for (const path of this.waiting.keys()) if (this.isUnknownPage(path)) this.wake(path);
      },
      file: (path, asset) => {
        this.files.set(path, asset);
        this.wake(path);
      },
    });
    for (const path of this.wanted) this.build.want(path);
    await this.build.finished;
  }

  /** A file that is ready. */
  get(path: string): Asset | undefined {
    return this.files.get(path);
  }

  /**
   * Resolves with the file when it is ready, with a redirect, or with undefined for an unknown page. Never resolves for other
   * unknown paths.
   */
  async find(path: string): Promise<Asset | undefined> {
    if (this.isUnknownPage(path)) return redirectFor(path, (other) => this.pages?.includes(other) === true);
    this.wanted.add(path);
    this.build?.want(path);
    await new Promise<void>((resolve) => {
      this.waiting.set(path, [...(this.waiting.get(path) ?? []), resolve]);
    });
    return this.files.get(path) ?? this.find(path);
  }

  private isUnknownPage(path: string): boolean {
    return this.pages !== undefined && looksLikePage(path) && !this.pages.includes(path);
  }

  private wake(path: string): void {
    const resolvers = this.waiting.get(path) ?? [];
    this.waiting.delete(path);
    for (const resolve of resolvers) resolve();
  }
}

import type { SiteFile } from "./site-file.ts";

/** A part of the site that is built separately. */
export interface BuildStep {
  /** Whether this step builds the file with that path. A page's own scripts and styles belong to its step. */
  makes(path: string): boolean;
  build(): Promise<readonly SiteFile[]>;
}

/** Removes and returns the step that builds a requested file, or otherwise the first step. */
export function takeNext(steps: BuildStep[], wanted: readonly string[]): BuildStep | undefined {
  const at = steps.findIndex(({ makes }) => wanted.some(makes));
  return steps.splice(Math.max(0, at), 1)[0];
}

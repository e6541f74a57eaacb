/**
 * Stops this process, as SIGTERM does, when its launcher is gone: one that was ended by SIGKILL has handed nothing on, and
 * without it nobody would know of this process (see bin/find-bun.mjs).
 */
export function endWithLauncher(): void {
  process.once("disconnect", () => process.kill(process.pid, "SIGTERM"));
}

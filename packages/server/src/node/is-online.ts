import type { Core } from "./core.ts";

/** Whether any session has the name, on this node, another, or on its way between two. */
export function isOnline({ channels, cluster, moving }: Core, instance: string, name: string): boolean {
  const channel = { instance, kind: "name", name } as const;
  return (
    channels.find(instance, "name", name) !== undefined || cluster?.isHeld(channel) === true || moving.isIn(channel)
  );
}

import type { ServerTraits } from "./target.ts";
import { optionsText, type Vector, type VectorFile } from "./vectors.ts";

/** Why a conversation cannot be played on a server; undefined when it can. */
export function obstacle(
  { cloudPort, services, options }: ServerTraits,
  file: Pick<VectorFile, "services">,
  { clients, options: wanted }: Pick<Vector, "clients" | "options">,
): string | undefined {
  if (options !== undefined && options !== optionsText(wanted))
    return wanted ? `a server started with ${optionsText(wanted)}` : "a server with default options";
  if (!services && (file.services ?? []).length > 0) return "the services of vectors/README.md";
  const needsCloudPort = Object.values(clients).some(({ port }) => port === "cloud");
  return needsCloudPort && !cloudPort ? "a cloud port" : undefined;
}

/** The conversations that are left out, by what they need. */
export function leftOut(traits: ServerTraits, files: readonly VectorFile[]): ReadonlyMap<string, readonly string[]> {
  const left = new Map<string, string[]>();
  for (const file of files) {
    for (const vector of file.cases) {
      const need = obstacle(traits, file, vector);
      if (need !== undefined) left.set(need, [...(left.get(need) ?? []), vector.id]);
    }
  }
  return left;
}

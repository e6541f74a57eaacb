import type { Address } from "./frames.ts";
import type { ModelSession } from "./model-session.ts";

/** Who receives a message, and what its sender is told about it. */
interface Receivers {
  readonly takers: readonly ModelSession[];
  readonly legacyCount: number;
  readonly missing: readonly (string | number)[];
  readonly isNobody: boolean;
}

/** The sessions that a message reaches, each once, by a scan over all of them. Legacy dialects do not receive some messages. */
export function receiversOf(
  sessions: Iterable<ModelSession>,
  sender: ModelSession,
  { kind, targets }: Address,
  achex2Only: boolean,
): Receivers {
  const here = [...sessions].filter(({ instance }) => instance === sender.instance);
  const reached = (target: string | number) => here.filter((one) => one.isOpen && isAddressed(one, kind, target));
  const all = [...new Set(targets.flatMap(reached))].filter((session) => kind !== "toH" || session !== sender);
  const isChannel = kind === "bc" || kind === "toH";
  const unknown = isChannel ? [] : targets.filter((target) => reached(target).length === 0);
  const isNobody = !isChannel && unknown.length === targets.length;
  const takers = achex2Only ? all.filter(({ isAchex2 }) => isAchex2) : all;
  return {
    takers,
    legacyCount: all.length - takers.length,
    missing: targets.length > 1 || achex2Only ? unknown : [],
    isNobody,
  };
}

function isAddressed(session: ModelSession, kind: Address["kind"], target: string | number): boolean {
  if (kind === "to") return session.names.includes(String(target));
  // A cloud client would take a message that arrives before its login reply for that reply.
  if (kind === "toS") return session.id === target && (session.dialect !== "cloud" || session.name !== undefined);
  return session.isIn({ kind: kind === "bc" ? "bc" : "hub", name: String(target) });
}

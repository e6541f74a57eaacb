import { type LoginFrame, type Refusal, stampOf } from "@achex/protocol";
import { AccountsUnavailable } from "../accounts.ts";
import { type Grant, type Refused, refuse, type Verdict } from "../auth.ts";
import { failureText } from "../log/log-text.ts";
import type { Core } from "../node/core.ts";
import { entering } from "../node/entering.ts";
import { canGrant, isServiceTagInUse, namesOf, releaseName, takeNames } from "../node/name-ownership.ts";
import type { Session } from "../session/session.ts";

/** Called with the result of a login; undefined when it was granted. */
export type LoginAnswer = (core: Core, session: Session, refusal: Refusal | undefined) => void;

/** Handles a login (PROTOCOL.md A1..A6). Without a password check it is completed synchronously. */
export function login(core: Core, session: Session, frame: LoginFrame, answer: LoginAnswer): void | Promise<void> {
  const verdict = decide(core, session, frame);
  if (!(verdict instanceof Promise)) {
    return settleKnown(core, session, verdict, answer);
  }
  return verdict.then((settled) => settleKnown(core, session, settled, answer));
}

/** Settles a login when the other nodes of a cluster know where its names are. */
function settleKnown(core: Core, session: Session, verdict: Verdict, answer: LoginAnswer): void | Promise<void> {
  if (!core.cluster || !verdict.ok) return settle(core, session, verdict, answer);
  if (canGrant(core, session, verdict)) return enterNames(core, session, verdict, answer);
  // Perhaps only the news that the name is free has not arrived.
  const names = namesOf(core, session, verdict).map(({ channel }) => channel);
  return core.cluster.current(names).then(() => {
    if (canGrant(core, session, verdict)) return enterNames(core, session, verdict, answer);
    settle(core, session, verdict, answer);
  });
}

function enterNames(core: Core, session: Session, verdict: Grant, answer: LoginAnswer): void | Promise<void> {
  const names = namesOf(core, session, verdict);
  return entering(
    core,
    names.map(({ channel }) => channel),
    names.map(({ holding }) => holding),
    () => settle(core, session, verdict, answer),
  );
}

function settle(core: Core, session: Session, verdict: Verdict, answer: LoginAnswer): void {
  answer(core, session, applyVerdict(core, session, verdict));
  // After the reply: an instance of a service may be given what was held for one that is away.
  if (verdict.ok && verdict.service) core.turnHolds.reassign();
}

function decide(core: Core, session: Session, login: LoginFrame): Verdict | Promise<Verdict> {
  const { instance, addressUse } = session;
  // Before the password check, which would claim the name for a user although a service is using it as its tag.
  if (login.as === "user" && isServiceTagInUse(core, session, login.name)) return refuse("name-held");
  const failed = (error: unknown): Refused => {
    const isUnavailable = error instanceof AccountsUnavailable;
    const cause = failureText(error);
    // Throttled, because many clients whose login failed retry at once.
    core.logThrottle.error("a login could not be checked", cause, { error: isUnavailable ? cause : error });
    return refuse(isUnavailable ? "accounts-unavailable" : "busy");
  };
  try {
    const verdict = core.auth.login({ instance, address: addressUse.address, login });
    return verdict instanceof Promise ? verdict.catch(failed) : verdict;
  } catch (error) {
    return failed(error);
  }
}

function applyVerdict(core: Core, session: Session, verdict: Verdict): Refusal | undefined {
  // Checked again, because names may have been taken during the password check.
  const refusal = !verdict.ok ? verdict.refusal : canGrant(core, session, verdict) ? undefined : "name-held";
  core.counters.login(refusal ?? "granted");
  if (verdict.ok && !refusal) applyGrant(core, session, verdict);
  return refusal;
}

function applyGrant(core: Core, session: Session, granted: Grant): void {
  const former = session.state;
  const names = takeNames(core, session, granted);
  if (former.kind === "greeted") session.addressUse.unnamed--;
  session.state = {
    kind: "named",
    name: granted.name,
    stamp: stampOf(session.id, granted.name),
    grant: granted,
    nameChannels: names,
  };
  core.auth.nameTaken(session.instance, granted.name);
  if (former.kind !== "named") return;
  for (const channel of former.nameChannels) if (!names.includes(channel)) releaseName(core, session, channel);
  if (former.name !== granted.name) {
    core.presence.renamed(session);
    core.rooms.renamed(session);
  }
}

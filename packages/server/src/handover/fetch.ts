import { type FaultCode, faultEventFrame } from "@achex/protocol";
import { isPeer, type Peer } from "../cluster/peer.ts";
import type { RefusedResume, ResumeAttempt } from "../resume/resumes.ts";
import { sessionOfToken } from "../resume/tokens.ts";
import { ASK_MILLISECONDS, FETCH_MILLISECONDS, HOPS, POLL_MILLISECONDS } from "./bounds.ts";
import type { Fetched } from "./handover-port.ts";
import type { Incoming } from "./incoming.ts";
import type { HandoverDeps, Outgoing } from "./outgoing.ts";

const refused = (code: FaultCode): RefusedResume => ({ code, frame: faultEventFrame(code, 0) });
const GAP = refused("resume-gap");

/** A client that wants to resume its session, which may be at any node. */
export class Fetch {
  private isDone = false;
  private stopWaiting: (() => void)[] = [];

  constructor(
    private readonly deps: HandoverDeps,
    private readonly parts: { readonly outgoing: Outgoing; readonly incoming: Incoming },
    private readonly attempt: ResumeAttempt,
    private readonly instance: string,
    private readonly finished: (fetched: Fetched) => void,
  ) {}

  /** Asks the node that should have it. */
  ask(hops: number, told?: Peer): void {
    const { core, cluster, codec } = this.deps;
    const { outgoing, incoming } = this.parts;
    const id = sessionOfToken(this.attempt.token);
    if (incoming.has(id)) {
      this.wait(id, hops);
      return;
    }
    const peer = told ?? outgoing.destinationOf(id) ?? (core.sessions.has(id) ? undefined : cluster.nodeOf(id));
    if (!peer || hops >= HOPS) {
      this.done(peer ? "unreachable" : this.withoutOwner(id));
      return;
    }
    const digest = core.tokens.digest(this.attempt.token);
    const question = ["resume?", id, digest, this.attempt.generation, this.instance, codec.format];
    cluster.asks.ask(peer, question, undefined, (answer) => this.answered(id, peer, hops, answer), {
      wait: ASK_MILLISECONDS,
    });
  }

  private answered(id: number, peer: Peer, hops: number, answer: readonly unknown[] | undefined): void {
    const { cluster } = this.deps;
    const [kind, what] = answer ?? [];
    if (kind === "fault" && typeof what === "string") this.done(refusedBy(what));
    else if (kind === "at" && what === cluster.node) this.ask(hops + 1);
    else if (kind === "at") this.ask(hops + 1, cluster.links.peer(String(what)));
    else if (kind === "coming") this.wait(id, hops);
    // It does not answer; once it is known to be dead, so is the session.
    else this.done(isPeer(cluster, peer) || cluster.links.isUnsettled ? "unreachable" : GAP);
  }

  /** The session arrived, or will not. It may have moved on. */
  private again(id: number, hops: number): void {
    const { sessions } = this.deps.core;
    if (sessions.has(id) && !this.parts.outgoing.destinationOf(id)) this.done("here");
    else this.ask(hops + 1);
  }

  private wait(id: number, hops: number): void {
    const { clock, sessions } = this.deps.core;
    if (sessions.has(id) && !this.parts.incoming.has(id)) {
      this.again(id, hops);
      return;
    }
    const until = clock.now() + FETCH_MILLISECONDS;
    this.stopWaiting.push(
      this.parts.incoming.wait(id, (outcome) => {
        if (outcome === "lost") this.done(GAP);
        else this.again(id, hops);
      }),
      clock.every(POLL_MILLISECONDS, () => {
        if (clock.now() >= until) this.done("unreachable");
      }),
    );
  }

  /** Nobody has it: this node would know, or the one that had it is dead, or not known yet. */
  private withoutOwner(id: number): Fetched {
    const { core, cluster } = this.deps;
    if (core.sessions.has(id) || cluster.blocks.isOwn(id)) return "here";
    return cluster.links.isUnsettled ? "unreachable" : GAP;
  }

  private done(fetched: Fetched): void {
    if (this.isDone) return;
    this.isDone = true;
    for (const stop of this.stopWaiting) stop();
    this.finished(fetched);
  }
}

function refusedBy(code: string): RefusedResume {
  const known = ["resume-unknown", "resume-stale", "resume-gap", "resume-off"] as const;
  return refused(known.find((one) => one === code) ?? "resume-unknown");
}

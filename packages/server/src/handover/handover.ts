import { isPeer, type Peer } from "../cluster/peer.ts";
import { readIds } from "../cluster/sent-values.ts";
import type { Core } from "../node/core.ts";
import type { ResumeAttempt } from "../resume/resumes.ts";
import type { Session } from "../session/session.ts";
import type { Payload } from "../socket.ts";
import { BATCH_BYTES, BATCH_SESSIONS, POLL_MILLISECONDS } from "./bounds.ts";
import { Fetch } from "./fetch.ts";
import type { Fetched, HandoverPort } from "./handover-port.ts";
import { Incoming } from "./incoming.ts";
import { type ArrivingSessions, readArriving, readCalls, readLeaving } from "./move-format.ts";
import { type HandoverDeps, Outgoing } from "./outgoing.ts";
import { Witness } from "./witness.ts";

/** How often a session is offered to other nodes when this one stops. */
const ATTEMPTS = 3;

/** Moves sessions between nodes: to the one at which their client connects again, and away from one that stops (PROTOCOL.md R168). */
export class Handover implements HandoverPort {
  private readonly outgoing: Outgoing;
  private readonly incoming: Incoming;
  private readonly witness: Witness;
  /** Formats of sessions that the others take; a node that stops takes none. */
  private readonly takes = new Map<Peer, number>();
  private isStopping = false;
  private targets = 0;

  constructor(private readonly deps: HandoverDeps) {
    this.outgoing = new Outgoing(deps);
    this.incoming = new Incoming(deps);
    this.witness = new Witness(deps.cluster);
    deps.cluster.places.route = (id) => this.outgoing.routeOf(id);
  }

  fetch(attempt: ResumeAttempt, instance: string, done: (fetched: Fetched) => void): void {
    new Fetch(this.deps, { outgoing: this.outgoing, incoming: this.incoming }, attempt, instance, done).ask(0);
  }

  defer(id: number, act: () => void): boolean {
    return this.incoming.defer(id, act);
  }

  deferForAll(act: () => void): void {
    this.incoming.afterAll(act);
  }

  async moveAll(): Promise<void> {
    const { core, cluster } = this.deps;
    this.isStopping = true;
    cluster.tellAll(["takes", 0]);
    // Afterwards, everything has arrived that was sent here before the others knew.
    await cluster.asks.askAll(new Set(cluster.peers), ["current?"]);
    const failures = new Map<Session, number>();
    for (;;) {
      const batches: Promise<void>[] = [];
      for (const sessions of this.batches(failures)) {
        const to = this.nextTarget();
        if (!to) break;
        const sent = this.outgoing.send(sessions, to, (session) => detach(core, session, "restarting"));
        batches.push(sent.then((isMoved) => note(failures, sessions, isMoved)));
      }
      const isBusy = this.outgoing.isBusy || this.incoming.isBusy;
      if (batches.length === 0 && !isBusy) return;
      await (batches.length > 0 ? Promise.all(batches) : pause(core));
    }
  }

  asked(peer: Peer, head: readonly unknown[], answer: (answer: readonly unknown[]) => void): boolean {
    const [kind, id, digest, generation, instance, format] = head;
    if (kind !== "resume?") return false;
    if (typeof id === "number" && typeof digest === "string" && typeof generation === "number")
      answer(this.answerTo(peer, { id, digest, generation, instance, format }));
    return true;
  }

  told(peer: Peer, [kind, first, second, third, fourth]: readonly unknown[], body: Payload | undefined): void {
    if (kind === "takes" && typeof first === "number") this.takes.set(peer, first);
    else if (kind === "take" && typeof first === "number" && body instanceof Uint8Array)
      this.take(peer, first, second, third, body);
    else if (kind === "leaving" && typeof first === "number" && typeof second === "string")
      this.witness.leaving(peer, { number: first, node: second, ids: readIds(third) });
    else if (kind === "arrived" && typeof first === "string" && typeof second === "number")
      this.arrived(peer, { incarnation: first, number: second, ids: readIds(third) });
    else if (kind === "moves" && typeof first === "number")
      this.witness.told(peer, first, readLeaving(second), readArriving(third));
    else if (kind === "moved" && typeof first === "string" && typeof second === "number")
      this.witness.over(peer, first, second);
    else if (kind === "seam" && typeof first === "string" && typeof second === "number")
      this.passed(peer, first, second);
    else if (kind === "sealed" && typeof first === "number") this.incoming.sealed(peer, first, readCalls(body));
    else if (kind === "cancelled" && typeof first === "number") this.incoming.cancelled(peer, first);
    else if (kind === "stays" && typeof first === "number") this.incoming.answer(first, "stays");
    else if (kind === "refused" && typeof first === "number") this.outgoing.refused(peer, first);
    else if (kind === "forward" && typeof first === "number" && body !== undefined)
      this.incoming.forwarded(first, second === true, typeof third === "number" ? third : 0, body, textOf(fourth));
    else if (kind === "moved-member" && typeof first === "string" && typeof second === "number")
      this.deps.cluster.members.move(first, second, this.deps.cluster.links.peer(String(third)));
  }

  begin(peer: Peer): void {
    const { cluster, codec } = this.deps;
    this.broken(peer);
    // Before any message: it says where the messages that follow belong.
    this.witness.begin(peer);
    const leaving = this.outgoing.leavingBesides(peer).map(({ number, node, ids }) => [number, node, ids]);
    const arriving = this.incoming.all.map(({ incarnation, number, ids }) => [incarnation, number, ids]);
    cluster.tell(peer, ["moves", this.outgoing.latest, leaving, arriving]);
    cluster.tell(peer, ["takes", this.isStopping ? 0 : codec.format]);
  }

  broken(peer: Peer): void {
    this.outgoing.broken(peer);
    this.incoming.broken(peer);
  }

  lost(peer: Peer): void {
    this.outgoing.lost(peer);
    this.incoming.lost(peer);
    this.witness.lost(peer);
    this.takes.delete(peer);
  }

  private take(peer: Peer, number: number, format: unknown, witnesses: unknown, bytes: Uint8Array): void {
    if (format !== this.deps.codec.format || !Array.isArray(witnesses)) {
      this.deps.cluster.tell(peer, ["refused", number]);
      return;
    }
    this.incoming.take(
      peer,
      number,
      witnesses.filter((one): one is string => typeof one === "string"),
      bytes,
    );
  }

  private arrived(peer: Peer, arriving: ArrivingSessions): void {
    if (arriving.incarnation === this.deps.cluster.incarnation) this.outgoing.arrived(peer, arriving.number);
    else this.witness.arrived(peer, arriving);
  }

  private passed(peer: Peer, incarnation: string, number: number): void {
    if (incarnation === this.deps.cluster.incarnation) this.outgoing.passed(peer, number);
    else this.incoming.passed(peer, incarnation, number);
  }

  /** Another node wants a session whose client has connected there. */
  private answerTo(peer: Peer, { id, digest, generation, instance, format }: Wanted): readonly unknown[] {
    const { core, cluster, codec } = this.deps;
    const next = this.outgoing.destinationOf(id) ?? (core.sessions.has(id) ? undefined : cluster.nodeOf(id));
    if (next === peer) this.outgoing.want(id, generation);
    if (next) return next === peer ? ["coming"] : ["at", next.node];
    if (format !== codec.format) return ["fault", "resume-gap"];
    // It has just come itself, and is not complete.
    if (this.incoming.has(id)) {
      this.incoming.wait(id, (outcome) => {
        const answer = outcome === "came" ? this.answerTo(peer, { id, digest, generation, instance, format }) : [];
        if (answer[0] !== "coming") cluster.tell(peer, ["stays", id]);
      });
      return ["coming"];
    }
    const found = core.resumes.findFor({ digest, generation }, String(instance));
    if ("code" in found) return ["fault", found.code];
    detach(core, found.session, "replaced");
    this.outgoing.want(id, generation);
    // Meanwhile it may have been resumed here, by a later attempt.
    const isLatest = ({ resumable }: Session): boolean =>
      this.isFormat(this.takes.get(peer)) && this.outgoing.wanted(id) > (resumable?.generation ?? 0);
    const sent = this.outgoing.send([found.session], peer, (one) => isLatest(one) && detach(core, one, "replaced"));
    void sent.then((isMoved) => isMoved || cluster.tell(peer, ["stays", id]));
    return ["coming"];
  }

  private nextTarget(): Peer | undefined {
    const targets = [...this.takes].filter(
      ([peer, format]) => isPeer(this.deps.cluster, peer) && this.isFormat(format),
    );
    return targets[this.targets++ % targets.length]?.[0];
  }

  private isFormat(format: number | undefined): boolean {
    return format === this.deps.codec.format;
  }

  /** The sessions that can be moved, in groups that are not too large. */
  private *batches(failures: ReadonlyMap<Session, number>): Generator<Session[]> {
    let batch: Session[] = [];
    let bytes = 0;
    for (const session of [...this.deps.sessions.values()]) {
      if (!session.resumable || session.isClosed || (failures.get(session) ?? 0) >= ATTEMPTS) continue;
      if (this.outgoing.destinationOf(session.id) || this.incoming.has(session.id)) continue;
      batch.push(session);
      bytes += (session.log?.bytes ?? 0) + this.deps.core.deliver.latest.bytesFor(session);
      if (batch.length < BATCH_SESSIONS && bytes < BATCH_BYTES) continue;
      yield batch;
      batch = [];
      bytes = 0;
    }
    if (batch.length > 0) yield batch;
  }
}

const textOf = (sent: unknown): string | undefined => (typeof sent === "string" ? sent : undefined);

interface Wanted {
  readonly id: number;
  readonly digest: string;
  readonly generation: number;
  readonly instance: unknown;
  readonly format: unknown;
}

function note(failures: Map<Session, number>, sessions: readonly Session[], isMoved: boolean): void {
  for (const session of isMoved ? [] : sessions) failures.set(session, (failures.get(session) ?? 0) + 1);
}

function pause({ clock }: Pick<Core, "clock">): Promise<void> {
  return new Promise((resolve) => {
    const stop = clock.every(POLL_MILLISECONDS, () => {
      stop();
      resolve();
    });
  });
}

/** Ends the connection of a session that moves; its window begins. */
function detach(core: Core, session: Session, name: "replaced" | "restarting"): true {
  if (session.isAway) return true;
  if (name === "replaced") session.replaceConnection();
  else session.closeAndKeep(name, "shutdown");
  core.away.wentAway(session, core.limits.resumeSeconds * 1000);
  return true;
}

import type { Clock } from "../clock.ts";
import { FairQueue } from "../fairness/fair-queue.ts";
import { addressKey } from "../session/address-limits.ts";
import { plainResponse } from "./plain-response.ts";

/**
 * Reports how long a response blocked the event loop, in milliseconds. Called only for responses that take longer than a page,
 * such as /metrics.
 */
export type ChargeTime = (milliseconds: number) => void;
type Answer = (request: Request, charge: ChargeTime) => Response | Promise<Response>;

/** Requests answered per millisecond, averaged over time. */
const REQUESTS_PER_MILLISECOND = 2;
/** Requests answered without a delay: as many as a browser sends to load a page. */
const BURST = 16;
/** Health checks answered per millisecond, and in one burst, before all waiting requests. */
const HEALTH_CHECKS_PER_MILLISECOND = 0.2;
const HEALTH_CHECK_BURST = 16;
/** A millisecond of reported work counts as this many requests, which limits such work to a tenth of the time. */
const REQUESTS_PER_MILLISECOND_OF_WORK = 10 * REQUESTS_PER_MILLISECOND;
/**
 * Largest charge for one response. The measured time includes time the machine spent on other processes, so it can be far too
 * long.
 */
const MAX_CHARGED_MILLISECONDS = 25;
/** Requests that may wait, in total and per address; further requests are rejected with 503. */
const MAX_WAITING = 1_000;
const MAX_WAITING_PER_ADDRESS = 250;
/**
 * Milliseconds before a rejection is sent. Sent immediately, it would let a client that retries in a loop send more requests
 * than one that is served.
 */
const REJECTION_DELAY = 1_000;
/** Rejections that may wait; further ones are sent immediately, which bounds the memory they use. */
const MAX_DELAYED_REJECTIONS = 5_000;

interface WaitingRequest {
  readonly request: Request;
  respond(response: Response | Promise<Response>): void;
}

interface Rejection {
  readonly due: number;
  send(response: Response): void;
}

const busy = (): Response =>
  plainResponse(503, "Too many requests at once. Try again in a second. WebSocket connections are not affected.", {
    "retry-after": "1",
    connection: "close",
  });

/** Compared by path: a page requested with `?/health` must not skip the queue. */
const isHealthCheck = ({ url }: Request): boolean => url.endsWith("/health") && new URL(url).pathname === "/health";

/** Each request takes one token; tokens are refilled over time. */
class TokenBucket {
  private tokens: number;

  constructor(
    private readonly perMillisecond: number,
    private readonly burst: number,
    private counted: number,
  ) {
    this.tokens = burst;
  }

  takeToken(now: number): boolean {
    this.tokens = Math.min(this.burst, this.tokens + (now - this.counted) * this.perMillisecond);
    this.counted = now;
    if (this.tokens < 1) return false;
    this.tokens--;
    return true;
  }

  charge(tokens: number): void {
    this.tokens -= tokens;
  }
}

/**
 * Limits how much plain HTTP requests delay frames: the relay answers a few requests, then does its other work. Further
 * requests wait, which slows down clients that send too fast; if they were rejected immediately, those clients would only
 * retry. Addresses take turns, so a flood from one does not delay the others. Health checks are answered first: if they were
 * late, an orchestrator would restart a healthy relay.
 */
export class RequestScheduler {
  private readonly waiting = new FairQueue<WaitingRequest>({
    waiting: MAX_WAITING,
    waitingPerAddress: MAX_WAITING_PER_ADDRESS,
  });
  private readonly rejections: Rejection[] = [];
  private readonly requests: TokenBucket;
  private readonly healthChecks: TokenBucket;
  private endTicks: (() => void) | undefined;

  constructor(
    private readonly answer: Answer,
    private readonly clock: Clock,
  ) {
    const now = clock.now();
    this.requests = new TokenBucket(REQUESTS_PER_MILLISECOND, BURST, now);
    this.healthChecks = new TokenBucket(HEALTH_CHECKS_PER_MILLISECOND, HEALTH_CHECK_BURST, now);
  }

  /** `address` is the client's own, as found behind trusted proxies. */
  handle(request: Request, address: string): Response | Promise<Response> {
    const now = this.clock.now();
    if (isHealthCheck(request) && this.healthChecks.takeToken(now)) return this.answer(request, this.charge);
    if (this.waiting.length === 0 && this.requests.takeToken(now)) return this.answer(request, this.charge);
    this.startTicks();
    return new Promise((respond) => {
      const rejected = this.waiting.push(addressKey(address), { request, respond });
      rejected?.respond(this.reject(now));
    });
  }

  private readonly charge: ChargeTime = (milliseconds) => {
    this.requests.charge(Math.min(milliseconds, MAX_CHARGED_MILLISECONDS) * REQUESTS_PER_MILLISECOND_OF_WORK);
  };

  private reject(now: number): Response | Promise<Response> {
    if (this.rejections.length >= MAX_DELAYED_REJECTIONS) return busy();
    return new Promise((send) => this.rejections.push({ due: now + REJECTION_DELAY, send }));
  }

  private startTicks(): void {
    this.endTicks ??= this.clock.every(1, () => this.tick());
  }

  private tick(): void {
    const now = this.clock.now();
    while (this.waiting.length > 0 && this.requests.takeToken(now)) {
      const next = this.takeNext();
      if (next) next.respond(this.answer(next.request, this.charge));
    }
    let due = 0;
    while ((this.rejections[due]?.due ?? Number.POSITIVE_INFINITY) <= now && due < BURST) due++;
    for (const { send } of this.rejections.splice(0, due)) send(busy());
    if (this.waiting.length > 0 || this.rejections.length > 0) return;
    this.endTicks?.();
    this.endTicks = undefined;
  }

  /** Removes the next request from its queue; drops those whose client has disconnected. */
  private takeNext(): WaitingRequest | undefined {
    let next = this.waiting.shift();
    for (; next?.request.signal.aborted; next = this.waiting.shift()) next.respond(busy());
    return next;
  }
}

import type { Clock } from "../clock.ts";
import { plainResponse } from "./plain-response.ts";

/** Reports how long a response blocked the event loop, in milliseconds, when it took longer than a page. */
export type ChargeTime = (milliseconds: number) => void;
type Answer = (request: Request, charge: ChargeTime) => Response | Promise<Response>;

/** Requests answered per millisecond, on average. */
const REQUESTS_PER_MILLISECOND = 2;
/** Requests answered without a pause: as many as a browser sends to open a page. */
const BURST = 16;
/** Requests that a millisecond of work counts as, which keeps such work to a tenth of the time. */
const REQUESTS_PER_MILLISECOND_OF_WORK = 10 * REQUESTS_PER_MILLISECOND;
/** Most that is charged for one response, because time that the machine spent on other processes is included. */
const MAX_CHARGED_MILLISECONDS = 25;
/** Requests that may wait; further ones are rejected with 503. */
const MAX_WAITING = 1_000;

const busy = (): Response =>
  plainResponse(503, "Too many requests at once. Try again in a second; frames are not affected.", {
    "retry-after": "1",
    connection: "close",
  });

/**
 * Limits how much plain HTTP delays frames: a few requests are answered, then everything else that is due. Further requests
 * wait, which slows clients that send too fast; rejecting them would only make them try again.
 */
export function scheduleRequests(answer: Answer, clock: Clock): (request: Request) => Response | Promise<Response> {
  const waiting: (() => void)[] = [];
  let allowed = BURST;
  let counted = clock.now();
  let endTicks: (() => void) | undefined;

  const count = (): void => {
    const now = clock.now();
    allowed = Math.min(BURST, allowed + (now - counted) * REQUESTS_PER_MILLISECOND);
    counted = now;
  };
  const charge: ChargeTime = (milliseconds) => {
    allowed -= Math.min(milliseconds, MAX_CHARGED_MILLISECONDS) * REQUESTS_PER_MILLISECOND_OF_WORK;
  };
  const serve = (): void => {
    count();
    for (let next = waiting[0]; next && allowed >= 1; next = waiting[0]) {
      allowed--;
      waiting.shift();
      next();
    }
    if (waiting.length > 0) return;
    endTicks?.();
    endTicks = undefined;
  };
  return (request) => {
    count();
    if (waiting.length === 0 && allowed >= 1) {
      allowed--;
      return answer(request, charge);
    }
    if (waiting.length >= MAX_WAITING) return busy();
    endTicks ??= clock.every(1, serve);
    return new Promise<void>((resolve) => waiting.push(resolve)).then(() => answer(request, charge));
  };
}

import type { Clock } from "../clock.ts";
import { baseHeaders } from "./asset-response.ts";

/** Told how long an answer kept everything else waiting, in milliseconds, where that is more than a page's. */
export type ChargeTime = (milliseconds: number) => void;
type Answer = (request: Request, charge: ChargeTime) => Response | Promise<Response>;

/** Requests answered per millisecond, in the long run. */
const REQUESTS_PER_MILLISECOND = 2;
/** Requests answered without a pause: what a browser asks for when it opens a page. */
const BURST = 16;
/** Turns that a millisecond of work is worth: as many as keep it to a tenth of the time. */
const REQUESTS_PER_MILLISECOND_OF_WORK = 10 * REQUESTS_PER_MILLISECOND;
/** Most that is paid for at once: what the machine did meanwhile is counted as well. */
const MAX_CHARGED_MILLISECONDS = 25;
/** Requests that wait; beyond them nothing is promised. */
const MAX_WAITING = 1_000;

const busy = (): Response =>
  new Response("Too many requests at once. Try again in a second; frames are not affected.\n", {
    status: 503,
    headers: { ...baseHeaders, "content-type": "text/plain; charset=utf-8", "retry-after": "1", connection: "close" },
  });

/**
 * Plain HTTP takes turns with frames: a few requests are answered, then whatever else is due comes first. Those beyond wait,
 * which slows whoever asks too fast; being refused would only make them ask again.
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

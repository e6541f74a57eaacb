import type { Asking, ControlDesk, Request } from "../net/control-desk.ts";
import { useNow } from "./now.ts";

const secondsUntil = (until: number, now: number): number => Math.max(0, Math.ceil((until - now) / 1_000));

/** Somebody asks for control. Without an answer it passes on, so the time that is left is shown. */
function Asked({ control, request, now }: { control: ControlDesk; request: Request; now: number }) {
  return (
    <li class="asked">
      <span>
        <b>{request.name}</b>
        {" asks for control."}
      </span>
      <button
        type="button"
        class="button small primary"
        onClick={() => void control.grant(request.sid).catch(() => {})}
      >
        Hand over
      </button>
      <button type="button" class="button small" onClick={() => control.refuse(request.sid)}>
        Refuse
      </button>
      <span class="countdown-seconds">{`passes on in ${secondsUntil(request.until, now)} s`}</span>
    </li>
  );
}

function askingText(asking: Asking, now: number): string {
  switch (asking.state) {
    case "asked":
      return `Asked ${asking.of}. Control passes on in ${secondsUntil(asking.until, now)} s without an answer.`;
    case "refused":
      return `${asking.of} keeps control.`;
    case "unanswered":
      return `${asking.of} has not answered. Ask again.`;
  }
}

/** What this operator can do about who is in control. */
function Buttons({ control }: { readonly control: ControlDesk }) {
  const me = control.operators.value.find(({ isMe }) => isMe);
  const holder = control.holder.value;
  if (me?.watches)
    return (
      <button type="button" class="button small" onClick={() => void control.watch(false).catch(() => {})}>
        Take part
      </button>
    );
  if (control.asking.value?.state === "asked")
    return (
      <button type="button" class="button small" onClick={() => control.withdraw()}>
        Withdraw
      </button>
    );
  return (
    <>
      {holder && !holder.isMe ? (
        <button type="button" class="button small primary" onClick={() => control.ask()}>
          Ask for control
        </button>
      ) : null}
      <button type="button" class="button small quiet" onClick={() => void control.watch(true).catch(() => {})}>
        Only watch
      </button>
    </>
  );
}

/** Who is in control, always visible, with the operators and their requests. */
export function ControlBar({ control }: { readonly control: ControlDesk }) {
  const now = useNow();
  const holder = control.holder.value;
  const operators = control.operators.value;
  const asking = control.asking.value;
  const state = !control.isKnown.value ? "unknown" : holder?.isMe ? "mine" : holder ? "other" : "free";
  const text = {
    unknown: "Connecting…",
    mine: "You are in control",
    other: `${holder?.name ?? ""} is in control`,
    free: "Nobody is in control",
  }[state];
  const others = operators.filter(({ sid }) => sid !== holder?.sid);
  return (
    <section class="control-bar" aria-label="Control">
      <p class={`control-lamp ${state}`} role="status">
        <span>{text}</span>
        {holder?.isAway ? <small> (reconnecting)</small> : null}
      </p>
      <ul class="operators" aria-label="Other operators">
        {others.map(({ sid, name, isMe, isAway, watches }) => (
          <li key={sid}>
            <span>{`${name}${isMe ? " (you)" : ""}${isAway ? ", away" : watches ? ", watches" : ""}`}</span>
            {state === "mine" && !watches && !isAway ? (
              <button
                type="button"
                class="button small quiet"
                aria-label={`Hand over to ${name}`}
                onClick={() => void control.grant(sid).catch(() => {})}
              >
                Hand over
              </button>
            ) : null}
          </li>
        ))}
      </ul>
      <div class="control-buttons">
        <Buttons control={control} />
      </div>
      {asking ? (
        <p class="asking" role={asking.state === "asked" ? undefined : "status"}>
          {askingText(asking, now)}
        </p>
      ) : null}
      {control.requests.value.length > 0 ? (
        <ul class="requests" role="alert">
          {control.requests.value.map((request) => (
            <Asked key={request.sid} {...{ control, request, now }} />
          ))}
        </ul>
      ) : null}
    </section>
  );
}

import type { ComponentChildren } from "preact";
import { mustTrade } from "../rules/cards.ts";
import type { Game } from "../rules/game.ts";
import { winOdds } from "../rules/odds.ts";
import { placing } from "../rules/setup.ts";
import { nameOf } from "../rules/world.ts";
import type { Session } from "../session.ts";
import { Emblem } from "./players.tsx";
import { ownerName } from "./sides.ts";

interface Props {
  readonly session: Session;
  readonly game: Game;
}

const percent = (share: number): string => `${Math.round(share * 100)} %`;

const Amount = ({
  session,
  most,
  least,
}: {
  readonly session: Session;
  readonly most: number;
  readonly least: number;
}) => {
  const { amount } = session.choice;
  const value = Math.min(most, Math.max(least, amount.value));
  return (
    <label class="amount">
      <input
        type="range"
        min={least}
        max={most}
        value={value}
        aria-label="Armies"
        onInput={(event) => {
          amount.value = Number(event.currentTarget.value);
        }}
      />
      <output>{value}</output>
    </label>
  );
};

function Reinforce({ session, game }: Props) {
  const { choice } = session;
  const armies = game.phase.name === "reinforce" ? game.phase.armies : 0;
  if (mustTrade(game)) return <p>You have five cards or more: trade a set first.</p>;
  return (
    <>
      <p>
        Place <strong>{armies}</strong> {armiesWord(armies)}: press your territories.
      </p>
      <fieldset class="chips">
        <legend class="visually-hidden">Armies per press</legend>
        {[1, 5, 0].map((count) => (
          <button
            key={count}
            type="button"
            class="chip"
            aria-pressed={choice.batch.value === count}
            onClick={() => {
              choice.batch.value = count;
            }}
          >
            {count === 0 ? "all" : `× ${count}`}
          </button>
        ))}
      </fieldset>
    </>
  );
}

const armiesWord = (count: number): string => (count === 1 ? "army" : "armies");

function EndOfTurn({ session, game }: Props) {
  const { choice } = session;
  return (
    <div class="row">
      {game.options.fortify === "none" ? null : (
        <button type="button" class="button" onClick={() => choice.change("fortify")}>
          Move armies…
        </button>
      )}
      <button type="button" class="button" onClick={() => choice.do({ do: "end" })}>
        End turn
      </button>
    </div>
  );
}

function Attack({ session, game }: Props) {
  const { choice } = session;
  const [from, to] = [choice.from.value, choice.to.value];
  if (choice.mode.value === "fortify") return <Fortify session={session} game={game} />;
  if (from === undefined || to === undefined)
    return (
      <>
        <p>
          {from === undefined
            ? "Attack: press one of your territories, or end your turn."
            : `From ${nameOf(from)}: press an enemy next to it.`}
        </p>
        <EndOfTurn session={session} game={game} />
      </>
    );
  const armies = game.armies[from] ?? 0;
  const dice = Math.min(3, armies - 1);
  const attack = (keep: number | null, count = dice) => choice.do({ do: "attack", from, to, dice: count, keep });
  return (
    <>
      <p>
        {nameOf(from)} ({armies}) attacks {nameOf(to)} ({game.armies[to]}):{" "}
        <strong>{percent(winOdds(armies, game.armies[to] ?? 0))}</strong>
      </p>
      <div class="row">
        <button type="button" class="button primary" onClick={() => attack(1)}>
          Roll until decided
        </button>
        {armies > 4 ? (
          <button type="button" class="button" onClick={() => attack(3)}>
            Until 3 are left
          </button>
        ) : null}
        {[dice, ...[2, 1].filter((count) => count < dice)].map((count) => (
          <button key={count} type="button" class="button" onClick={() => attack(null, count)}>
            {count === dice ? `Roll once (${count})` : `(${count})`}
          </button>
        ))}
      </div>
      <EndOfTurn session={session} game={game} />
    </>
  );
}

function Occupy({ session, game }: Props) {
  const { choice } = session;
  if (game.phase.name !== "occupy") return null;
  const { from, to, min } = game.phase;
  const most = (game.armies[from] ?? 0) - 1;
  return (
    <>
      <p>
        {nameOf(to)} is yours. How many armies move in from {nameOf(from)}?
      </p>
      <Amount session={session} least={min} most={most} />
      <button
        type="button"
        class="button primary"
        onClick={() => choice.do({ do: "occupy", armies: Math.min(most, Math.max(min, choice.amount.peek())) })}
      >
        Move in
      </button>
    </>
  );
}

function Fortify({ session, game }: Props) {
  const { choice } = session;
  const [from, to] = [choice.from.value, choice.to.value];
  const most = from === undefined ? 1 : (game.armies[from] ?? 2) - 1;
  const ready = from !== undefined && to !== undefined;
  return (
    <>
      <p>
        {ready
          ? `Move armies from ${nameOf(from)} to ${nameOf(to)}.`
          : from === undefined
            ? "Move armies: press where they are now."
            : `From ${nameOf(from)}: press where they go.`}
      </p>
      {ready ? <Amount session={session} least={1} most={most} /> : null}
      <div class="row">
        {ready ? (
          <button
            type="button"
            class="button primary"
            onClick={() => choice.do({ do: "fortify", from, to, armies: Math.min(most, choice.amount.peek()) })}
          >
            {game.options.fortify === "unlimited" ? "Move" : "Move and end turn"}
          </button>
        ) : null}
        {game.phase.name === "attack" ? (
          <button type="button" class="button" onClick={() => choice.change("attack")}>
            Back to attacks
          </button>
        ) : null}
        <button type="button" class="button" onClick={() => choice.do({ do: "end" })}>
          End turn
        </button>
      </div>
    </>
  );
}

function Place({ session, game }: Props) {
  const placed = session.choice.placed.value.length;
  const due = placing(game);
  return (
    <p>
      {placed < due
        ? `Place ${due - placed} of your armies (${game.seats[game.turn]?.pool ?? 0} left).`
        : "Now place one neutral army: press a grey territory."}
    </p>
  );
}

function Mine(props: Props): ComponentChildren {
  switch (props.game.phase.name) {
    case "claim":
      return <p>Claim a free territory.</p>;
    case "place":
      return <Place {...props} />;
    case "reinforce":
      return <Reinforce {...props} />;
    case "attack":
      return <Attack {...props} />;
    case "occupy":
      return <Occupy {...props} />;
    case "fortify":
      return <Fortify {...props} />;
    default:
      return null;
  }
}

const WAITING: Readonly<Record<string, string>> = {
  deal: "is waiting for everybody's dice",
  claim: "claims a territory",
  place: "places armies",
  reinforce: "places new armies",
  attack: "thinks about an attack",
  battle: "attacks: dice are being revealed",
  occupy: "moves armies in",
  fortify: "moves armies",
};

function headline(session: Session, game: Game): string {
  const mine = session.table.mySeat.value;
  if (game.phase.name === "over") {
    return game.phase.winner === mine ? "You have won" : `${ownerName(game, game.phase.winner)} has won`;
  }
  return game.turn === mine ? "Your turn" : ownerName(game, game.turn);
}

/** What others see while somebody decides. */
function waitingFor(session: Session, game: Game): string {
  if (game.phase.name === "over") return "The game is over. The tab Moves has all of it.";
  const isMine = game.turn === session.table.mySeat.value;
  if (isMine && game.phase.name === "battle") return "The dice are being revealed.";
  if (isMine) return session.pilot.isOn.value ? "The computer plays for you." : "";
  return `${ownerName(game, game.turn)} ${WAITING[game.phase.name] ?? ""}.`;
}

/** What is to be done now, and by whom. */
export function Actions({ session, game }: Props) {
  const { choice, watch, pilot, clock } = session;
  const left = clock.left.value;
  const isMine = choice.isMine.value && !pilot.isOn.value;
  return (
    <section class="actions" aria-label="Your move">
      <h2>
        <Emblem side={game.phase.name === "over" ? game.phase.winner : game.turn} />
        {headline(session, game)}
        {left === undefined ? null : <span class={left < 15 ? "timer late" : "timer"}>{left} s</span>}
      </h2>
      {isMine ? <Mine session={session} game={game} /> : <p class="muted">{waitingFor(session, game)}</p>}
      {choice.problem.value ? (
        <p class="problem" role="alert">
          {choice.problem.value}
        </p>
      ) : null}
      {watch.isPresent.value || watch.scrub.value !== undefined ? null : (
        <button type="button" class="button small" onClick={() => watch.skip()}>
          Skip to now
        </button>
      )}
    </section>
  );
}

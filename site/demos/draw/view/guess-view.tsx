import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { colorOf } from "../../shared/room/colors.ts";
import type { GuessGame, Line } from "../net/guess-game.ts";
import type { DrawSession } from "../net/session.ts";
import { drawerOf, type Guessing, ranking, roundOf } from "../rules/guessing.ts";

const nameOf = (session: DrawSession, id: string): string =>
  session.room.players.value.find((one) => one.id === id)?.name ?? "Somebody";

/** A list that scrolls has to be reached with the keyboard. */
function reachable(list: HTMLElement | null): void {
  if (list) list.tabIndex = 0;
}

/** Whole seconds until the stage ends; counts while it is shown. */
function Timer({ session, game }: { readonly session: DrawSession; readonly game: Guessing }) {
  const left = useSignal(0);
  useEffect(() => {
    const count = () => (left.value = Math.max(0, Math.ceil((game.deadline - session.room.now()) / 1_000)));
    count();
    const timer = setInterval(count, 200);
    return () => clearInterval(timer);
  }, [game.deadline, session, left]);
  const isShort = game.stage === "drawing" && left.value <= 10;
  return (
    <span class={`draw-timer${isShort ? " is-short" : ""}`} role="timer" aria-label={`${left.value} seconds left`}>
      {left.value}
    </span>
  );
}

const Letters = ({ text }: { readonly text: string }) => (
  <span class="draw-letters" role="img" aria-label={text.replaceAll("_", "blank ")}>
    {[...text].map((letter, at) => (
      // The letters of one word never change places.
      <span key={`${at} ${letter}`} class={letter === " " ? "is-space" : letter === "_" ? "is-blank" : ""}>
        {letter === "_" ? " " : letter}
      </span>
    ))}
  </span>
);

function statusOf(session: DrawSession, game: Guessing): string {
  const drawer = nameOf(session, drawerOf(game));
  const isMe = drawerOf(game) === session.room.myId;
  if (game.stage === "choosing") return isMe ? "Choose a word to draw" : `${drawer} is choosing a word…`;
  if (game.stage === "drawing") return isMe ? "Draw:" : `${drawer} is drawing`;
  if (game.word === undefined) return "Time is up";
  return game.word === false ? "The drawer showed another word than the chosen one" : "The word was";
}

/** Above the sheet: whose turn it is, the word or its blanks, and the time. */
export function GuessBar({ session, game }: { readonly session: DrawSession; readonly game: Guessing }) {
  const secret = session.guess.secret();
  const word = game.stage === "choosing" ? "" : (secret?.word ?? (game.word || game.mask) ?? "");
  return (
    <header class="draw-guess-bar">
      <Timer session={session} game={game} />
      <p class="draw-guess-word" aria-live="polite">
        <span>{statusOf(session, game)}</span> {word !== "" && <Letters text={word} />}
      </p>
      <span class="draw-round">
        Round {roundOf(game)} of {game.settings.rounds}
      </span>
    </header>
  );
}

/** For the drawer: three words. */
export const WordChoice = ({ guess }: { readonly guess: GuessGame }) => (
  <section class="draw-center draw-tray" aria-label="Choose a word">
    <h2>Which word will you draw?</h2>
    <div class="draw-words">
      {guess.choices.value.map((word) => (
        <button key={word} type="button" class="button" onClick={() => guess.choose(word)}>
          {word}
        </button>
      ))}
    </div>
  </section>
);

const Said = ({ line, isMine }: { readonly line: Line; readonly isMine: boolean }) => {
  if (line.kind === "right") return <li class="is-right">{isMine ? "You" : line.name} guessed the word!</li>;
  if (line.kind === "close") return <li class="is-close">“{line.text}” is close!</li>;
  return (
    <li>
      <b>{line.kind === "mine" ? "You" : line.name}</b> {line.text}
    </li>
  );
};

function Scores({ session, game }: { readonly session: DrawSession; readonly game: Guessing }) {
  const solved = new Map(game.solved);
  const drawer = drawerOf(game);
  return (
    <ol class="draw-scores" aria-label="Scores" ref={reachable}>
      {ranking(game).map(({ player, points, rank }) => {
        const found = session.room.players.value.find(({ id }) => id === player);
        const { hex, mark } = colorOf(found?.color ?? 12);
        const gain = solved.get(player);
        return (
          <li key={player} class={gain === undefined ? "" : "has-solved"}>
            <span class="draw-rank">{rank}</span>
            <span class="draw-mark" style={{ color: hex }} aria-hidden="true">
              {mark}
            </span>
            <span class="draw-name">
              {found?.name ?? "Somebody"}
              {player === drawer && <small> draws</small>}
            </span>
            <b>{points}</b>
            {gain !== undefined && <small class="draw-gain">+{gain}</small>}
          </li>
        );
      })}
    </ol>
  );
}

function GuessField({
  guess,
  game,
  myId,
}: {
  readonly guess: GuessGame;
  readonly game: Guessing;
  readonly myId: string;
}) {
  const field = useRef<HTMLInputElement>(null);
  const hasSolved = game.solved.some(([who]) => who === myId);
  const submit = (event: Event) => {
    event.preventDefault();
    guess.guess(field.current?.value ?? "");
    if (field.current) field.current.value = "";
  };
  if (guess.isDrawer.value) return <p class="draw-hint">You draw. The others type their guesses here.</p>;
  if (hasSolved) return <p class="draw-hint">You have guessed it. Watch the others think.</p>;
  return (
    <form class="draw-guess-form" onSubmit={submit}>
      <input
        ref={field}
        class="field"
        aria-label="Your guess"
        placeholder="Your guess…"
        maxLength={80}
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        disabled={game.stage !== "drawing"}
      />
      <button type="submit" class="button primary">
        Guess
      </button>
    </form>
  );
}

/** Next to the sheet: scores, what was guessed, and the field for guesses. */
export function GuessPanel({ session, game }: { readonly session: DrawSession; readonly game: Guessing }) {
  const { guess, room } = session;
  const list = useRef<HTMLUListElement>(null);
  const lines = guess.lines.value;
  useEffect(() => {
    reachable(list.current);
    list.current?.scrollTo({ top: list.current.scrollHeight });
  }, [lines]);
  return (
    <aside class="draw-guess-panel" aria-label="Guesses">
      <Scores session={session} game={game} />
      <ul ref={list} class="draw-lines" aria-live="polite" aria-label="What was guessed">
        {lines.map((line) => (
          <Said key={line.number} line={line} isMine={line.player === room.myId} />
        ))}
      </ul>
      {guess.complaint.value !== undefined && <p class="note bad">{guess.complaint.value}</p>}
      <GuessField guess={guess} game={game} myId={room.myId} />
    </aside>
  );
}

/** The end of a game: who has won, and what comes next. */
export function GuessResult({ session, game }: { readonly session: DrawSession; readonly game: Guessing }) {
  const { guess, room } = session;
  const ranks = ranking(game);
  const winners = ranks.filter(({ rank }) => rank === 1).map(({ player }) => nameOf(session, player));
  return (
    <section class="draw-center draw-tray draw-result" aria-label="Result">
      <h2>{winners.join(" and ")} won!</h2>
      <ol class="draw-scores">
        {ranks.slice(0, 8).map(({ player, points, rank }) => (
          <li key={player}>
            <span class="draw-rank">{rank}</span>
            <span class="draw-name">{nameOf(session, player)}</span>
            <b>{points}</b>
          </li>
        ))}
      </ol>
      {room.isHost.value ? (
        <div class="draw-words">
          <button type="button" class="button primary" onClick={() => guess.start(game.settings)}>
            Play again
          </button>
          <button type="button" class="button" onClick={() => guess.stop()}>
            Back to the drawing
          </button>
        </div>
      ) : (
        <p class="draw-hint">{room.host.value?.name ?? "The host"} can start another game.</p>
      )}
    </section>
  );
}

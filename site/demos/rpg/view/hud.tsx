import { useEffect, useRef } from "preact/hooks";
import { EMOTES } from "../art/items.ts";
import type { Game } from "../net/game.ts";
import { goalOf } from "../rules/goal.ts";
import { levelOf, MAX_LEVEL, maxHealth, xpFor } from "../rules/hero.ts";
import { MAPS } from "../rules/maps.ts";
import { FINISHED } from "../rules/quest.ts";
import type { Controls } from "./controls.ts";
import { Picture } from "./picture.tsx";
import { emoteSprite, itemSprite } from "./sprites.ts";
import type { Ui } from "./ui.ts";

interface Props {
  readonly game: Game;
  readonly ui: Ui;
}

/** Health, experience, and what to do next. */
export function Status({ game, controls }: Pick<Props, "game"> & { readonly controls: () => Controls | undefined }) {
  const hero = game.me.value;
  if (!hero) return <p class="lf-status lf-box">Entering the world…</p>;
  const level = levelOf(hero.xp);
  const most = maxHealth(hero.xp);
  const health = Math.min(most, game.health.value ?? hero.health);
  const share = level === MAX_LEVEL ? 1 : (hero.xp - xpFor(level)) / (xpFor(level + 1) - xpFor(level));
  const goal = goalOf(hero);
  return (
    <div class="lf-status">
      <div class="lf-box lf-vitals">
        <strong>Level {level}</strong>
        <Meter
          kind={health / most > 0.35 ? "health" : "danger"}
          share={health / most}
          label={`Health ${health} of ${most}`}
        />
        <Meter kind="xp" share={share} label={`Experience: ${Math.round(share * 100)}% of the next level`} />
      </div>
      <button type="button" class="lf-box lf-quest" title="Walk there (G)" onClick={() => controls()?.travel()}>
        <strong>
          {goal.title} <small>{hero.quest.step >= FINISHED ? "done" : `${hero.quest.step + 1} of ${FINISHED}`}</small>
        </strong>
        <span>{goal.text}</span>
      </button>
    </div>
  );
}

function Meter({ kind, share, label }: { readonly kind: string; readonly share: number; readonly label: string }) {
  return (
    <div class={`lf-meter lf-${kind}`} role="img" aria-label={label} title={label}>
      <i style={{ width: `${Math.max(0, Math.min(1, share)) * 100}%` }} />
    </div>
  );
}

/** Buttons at the bottom: what keys do, for fingers and for those who look for it. */
export function Bar({ game, ui, controls }: Props & { readonly controls: () => Controls | undefined }) {
  const prompt = ui.prompt.value;
  return (
    <div class="lf-bar">
      <Buttons ui={ui} />
      {ui.panel.value === "emotes" && <Emotes game={game} ui={ui} />}
      <ActButton prompt={prompt} controls={controls} />
    </div>
  );
}

/** Held down, it strikes again and again, as Space does. */
function ActButton({ prompt, controls }: { readonly prompt: string; readonly controls: () => Controls | undefined }) {
  const isPressed = useRef(false);
  const hold = (isHeld: boolean) => {
    isPressed.current = isHeld;
    controls()?.input.hold("act", isHeld);
  };
  return (
    <button
      type="button"
      class={prompt ? "lf-box lf-act" : "lf-box lf-act lf-idle"}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        // A finger that slips off the button still holds it.
        event.currentTarget.setPointerCapture(event.pointerId);
        hold(true);
      }}
      onLostPointerCapture={() => hold(false)}
      // A long press would open the menu of the browser instead.
      onContextMenu={(event) => {
        if (isPressed.current) event.preventDefault();
      }}
      // Without a pointer: the keyboard and screen readers.
      onClick={({ detail }) => detail === 0 && controls()?.act()}
    >
      <kbd>Space</kbd> <span>{prompt || "Swing"}</span>
    </button>
  );
}

function Buttons({ ui }: Pick<Props, "ui">) {
  const panel = ui.panel.value;
  return (
    <nav class="lf-buttons" aria-label="Game">
      <button
        type="button"
        class="lf-box"
        aria-pressed={panel === "bag"}
        title="Bag (I)"
        onClick={() => ui.toggle("bag")}
      >
        <Picture sprite={itemSprite("vest")} /> <span class="lf-label">Bag</span>
      </button>
      <button
        type="button"
        class="lf-box"
        aria-pressed={panel === "dress"}
        title="Character (C)"
        onClick={() => ui.toggle("dress")}
      >
        <Picture sprite={itemSprite("cap")} /> <span class="lf-label">Character</span>
      </button>
      <button
        type="button"
        class="lf-box"
        aria-pressed={panel === "emotes"}
        title="Emotes (1 to 8)"
        onClick={() => ui.toggle("emotes")}
      >
        <Picture sprite={emoteSprite(2)} /> <span class="lf-label">Emotes</span>
      </button>
      <button type="button" class="lf-box" title="Say something (Enter)" onClick={() => (ui.isTyping.value = true)}>
        <Picture sprite={emoteSprite(4)} /> <span class="lf-label">Say</span>
      </button>
    </nav>
  );
}

function Emotes({ game, ui }: Props) {
  return (
    <div class="lf-box lf-emotes">
      {EMOTES.map(({ name }, number) => (
        <button
          key={name}
          type="button"
          title={`${name} (${number + 1})`}
          aria-label={name}
          onClick={() => {
            game.emote(number);
            ui.closeAll();
          }}
        >
          <Picture scale={3} sprite={emoteSprite(number)} />
        </button>
      ))}
    </div>
  );
}

/** The line in which one types what to say. */
export function Speech({ game, ui }: Props) {
  const input = useRef<HTMLInputElement>(null);
  const isTyping = ui.isTyping.value;
  useEffect(() => {
    if (isTyping) input.current?.focus();
  }, [isTyping]);
  if (!isTyping) return null;
  const submit = (event: Event) => {
    event.preventDefault();
    const text = input.current?.value.trim().slice(0, 120) ?? "";
    if (text) game.say(text);
    ui.isTyping.value = false;
  };
  return (
    <form class="lf-box lf-speech" onSubmit={submit}>
      <input
        ref={input}
        maxLength={120}
        aria-label="Say to those nearby"
        placeholder="Say to those nearby…"
        autocomplete="off"
        onKeyDown={({ key }) => {
          if (key === "Escape") ui.isTyping.value = false;
        }}
        onBlur={() => (ui.isTyping.value = false)}
      />
    </form>
  );
}

export function Notices({ ui }: { readonly ui: Ui }) {
  return (
    <div class="lf-notices" role="status" aria-live="polite">
      {ui.notices.value.map(({ id, text }) => (
        <p key={id} class="lf-box">
          {text}
        </p>
      ))}
    </div>
  );
}

/** The name of a map when it is entered. */
export function MapName({ game }: { readonly game: Game }) {
  const map = MAPS.get(game.map.value);
  return (
    <p key={map?.id} class="lf-place" aria-live="polite">
      {map?.name}
    </p>
  );
}

/** The end of the quest. The world goes on behind it. */
export function Ending({ game, ui }: Props) {
  const hero = game.me.value;
  if (!ui.isEnding.value || !hero) return null;
  const others = [...game.replica.actors.keys()].flatMap((id) => game.heroes.value.get(id)?.name ?? []);
  return (
    <section class="lf-ending" role="dialog" aria-label="The end">
      <div class="lf-box">
        <Picture scale={6} sprite={itemSprite("ember")} />
        <h2>The beacon burns again</h2>
        <p>
          {hero.name} brought the ember home
          {others.length > 0 ? `, and ${others.slice(0, 7).join(", ")} saw it rise` : ""}. Ships find the coast, owls
          complain, and nobody in Brindle sleeps in the dark tonight.
        </p>
        <p>
          Level {levelOf(hero.xp)} · {hero.xp} experience
        </p>
        <p class="lf-actions">
          <button type="button" class="lf-main" onClick={() => (ui.isEnding.value = false)}>
            Stay in the world
          </button>
        </p>
      </div>
    </section>
  );
}

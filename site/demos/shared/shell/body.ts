import { escapeHtml } from "../../../pipeline/html.ts";

/** The body of a game's page until its script has started. */
export const gameBody = (title: string, tagline: string): string => `<div id="game">
<main class="game-loading" id="main" tabindex="-1">
<h1>${escapeHtml(title)}</h1>
<p class="lead">${escapeHtml(tagline)}</p>
<noscript><p class="note warn">This game requires JavaScript.</p></noscript>
</main>
</div>`;

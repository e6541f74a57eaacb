import { escapeHtml } from "../../../pipeline/html.ts";
import { pictureHtml } from "../../../pipeline/pictures.ts";

/** A picture of docs/pictures for the first screen, and what it shows. */
export interface Cover {
  readonly picture: string;
  readonly shows: string;
}

const template = ({ picture, shows }: Cover): string =>
  `<template id="cover">${pictureHtml(picture, shows)}</template>`;

/** The body of a game's page until its script has started. */
export const gameBody = (
  title: string,
  tagline: string,
  cover?: Cover,
): string => `${cover ? template(cover) : ""}<div id="game">
<main class="game-loading" id="main" tabindex="-1">
<h1>${escapeHtml(title)}</h1>
<p class="lead">${escapeHtml(tagline)}</p>
<noscript><p class="note warn">This page requires JavaScript.</p></noscript>
</main>
</div>`;

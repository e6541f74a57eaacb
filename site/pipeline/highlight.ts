import hljs from "highlight.js/lib/core";
import bash from "highlight.js/lib/languages/bash";
import cpp from "highlight.js/lib/languages/cpp";
import css from "highlight.js/lib/languages/css";
import ini from "highlight.js/lib/languages/ini";
import javascript from "highlight.js/lib/languages/javascript";
import json from "highlight.js/lib/languages/json";
import nginx from "highlight.js/lib/languages/nginx";
import python from "highlight.js/lib/languages/python";
import typescript from "highlight.js/lib/languages/typescript";
import xml from "highlight.js/lib/languages/xml";
import yaml from "highlight.js/lib/languages/yaml";
import { escapeHtml } from "./html.ts";

const languages = { bash, cpp, css, ini, javascript, json, nginx, python, typescript, xml, yaml };
for (const [name, language] of Object.entries(languages)) hljs.registerLanguage(name, language);

/** Highlights a text in a language of highlight.js or an alias such as `js`, `ts`, `html`, `sh`. Other languages stay plain. */
export const highlight = (source: string, language: string): string =>
  hljs.getLanguage(language) ? hljs.highlight(source, { language, ignoreIllegals: true }).value : escapeHtml(source);

/** A code block. In the browser it gets a Copy button. */
export const codeBlock = (source: string, language: string): string =>
  // Focusable, so that a wide block can be scrolled with the keyboard.
  `<div class="copyable"><pre class="code" tabindex="0"><code>${highlight(source.replace(/\n+$/, ""), language)}</code></pre></div>`;

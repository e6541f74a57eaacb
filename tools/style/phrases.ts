/** Phrases that an English technical writer would not use, and what to write. */
export const phrases: readonly (readonly [phrase: RegExp, instead: string])[] = [
  [/\banew\b/i, "again, repeat, retry"],
  [/\bof the old kind\b/i, "legacy, deprecated"],
  [/\bby (?:itself|themselves)\b/i, "automatically, on its own"],
  [/\bwhoever\b/i, "anyone who"],
  [
    /\b(?:bears?|bearing|borne) (?:the|a|this|that|his|its|one|such)\b(?! to\b)|\bname is borne\b/i,
    "has a name, shares a name",
  ],
  [/\bmend(?:s|ed|ing)?\b/i, "fix"],
  [/\ba slip\b/i, "typo, mistake"],
  [/\bawaits\b/i, "waits for"],
  [/\bcannot be had\b/i, "fails"],
  [/\bto be doubted\b|\bdoubted\b/i, "unreliable"],
  [/\basks? nobody else\b/i, "makes no third-party requests"],
  [/\bonce the connection stands\b/i, "once connected"],
  [
    /\b(?:is|was|are|were|being|been|get|gets) cut\b|\bafter a cut\b|\bcut(?:s)? (?:off|without|short)\b/i,
    "dropped, disconnected",
  ],
  [/\bhas (?:come|gone)\b|\bhave (?:come|gone)\b/i, "joined, left"],
  [/\bto take apart\b/i, "to learn from"],
  [/\bhere it says\b/i, "preview"],
  [/\bthese are no\b/i, "invalid"],
  [/\bduty: (?:stop|retry|resume)\b/i, "Retry: no / yes"],
  [/\bdoes not belong into\b/i, "not allowed in"],
  [/\btaken for a\b/i, "rejected as"],
  [/\breturns the function that ends it\b/i, "returns an unsubscribe function"],
  [/\bwhen that will never be\b/i, "if it can no longer"],
  [/\bthe price of being\b/i, "cost of"],
  [/\bevery proof there is\b/i, "the whole test suite"],
  [
    /(?<!\bthere )\bis no (?!longer|more|such|one\b|need|way|reason|doubt|different|less|better|worse|fewer|single|point|match|room|limit|use\b|time|network)[a-z]+/i,
    "is not a",
  ],
  [/[a-z)`"’], too[.,;:)]/i, "also (no comma before too)"],
  [/\bstands? (?:in|on|at|below|above|beside|there|between|before|behind|alone|next)\b/i, "sits, is"],
  [
    /\b(?:is|are|be|being|was|were) told (?:of|that|so|what|who|why|when|how|apart)\b/i,
    "is notified, reports, distinguished",
  ],
  [/\btells? of\b|\btold of\b/i, "reports, notifies"],
  [/\bin the wild\b/i, "existing programs"],
  [/\bcomes and goes\b/i, "joins and leaves"],
];

/** Beginnings of paths that are not checked yet. */
export const pending: readonly string[] = [
  ...["PROTOCOL.md", "vectors/", "docs/errors.md", "docs/operating.md", "tools/docs/"],
  ...["packages/protocol/", "packages/cli/test/"],
  ...["site/pages/interactive/", "site/pages/protocol/", "site/pages/quickstart/", "site/pages/test/", "site/test/"],
];

// The table of limits in PROTOCOL.md, generated from the declarations of the limits.
import { fixedLimits, limitDefinitions } from "../../packages/server/src/config/limits.ts";
import { cell, fillSection, table } from "./tables.ts";

/** The limits in the hello: first those that an operator can change, then those that are the same on every server. */
function helloTable(): string {
  const rows = [
    ...Array.from(limitDefinitions.values()).flatMap(({ hello, option, beyond }) =>
      hello === undefined ? [] : [[`\`${hello}\``, cell(option.defaultText), cell(option.summary), beyond]],
    ),
    ...Object.entries(fixedLimits).map(([name, { value, help, beyond }]) => [
      `\`${name}\``,
      value.toLocaleString("en"),
      cell(help),
      beyond,
    ]),
  ];
  return table(["key", "default", "limit (`0` means no limit)", "beyond it"], rows);
}

/** The document with its table as it should be. */
export const protocolDocument = (document: string): string => fillSection(document, "limits", helloTable());

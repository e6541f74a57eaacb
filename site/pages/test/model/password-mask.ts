import { withoutToken } from "./token-mask.ts";

/** Replaces the password in a saved or exported frame. */
export const MASK = "<password>";

const PASSWORD = /("(?:passwd|password)"\s*:\s*)("(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*)/g;
const isEmpty = (value: string): boolean => value === '""';

/** Masks the passwords and the token in a frame and leaves the rest unchanged. */
export const masked = (text: string): string =>
  withoutToken(text).replace(PASSWORD, (whole, key: string, value: string) =>
    isEmpty(value) ? whole : `${key}"${MASK}"`,
  );

/** Puts the password back into a masked frame. Without a password the mask stays visible. */
export const unmasked = (text: string, password: string): string =>
  password === ""
    ? text
    : text.replace(PASSWORD, (whole, key: string, value: string) =>
        value === `"${MASK}"` ? `${key}${JSON.stringify(password)}` : whole,
      );

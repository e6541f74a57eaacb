/** Stands in a kept or exported frame where the password was. */
export const MASK = "<password>";

const PASSWORD = /("(?:passwd|password)"\s*:\s*)("(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*)/g;
const isEmpty = (value: string): boolean => value === '""';

/** The frame without the passwords in it; everything else stays as it was. */
export const masked = (text: string): string =>
  text.replace(PASSWORD, (whole, key: string, value: string) => (isEmpty(value) ? whole : `${key}"${MASK}"`));

/** A masked frame with that password put back; without one the mask stays, so that it is seen to be missing. */
export const unmasked = (text: string, password: string): string =>
  password === ""
    ? text
    : text.replace(PASSWORD, (whole, key: string, value: string) =>
        value === `"${MASK}"` ? `${key}${JSON.stringify(password)}` : whole,
      );

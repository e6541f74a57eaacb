/** Replaces the secret token of a resumable session wherever a frame is shown, stored or exported. */
export const TOKEN_MASK = "<token>";

const CARRIER = /^\s*\{\s*"\$resum(?:e|able)"\s*:/;
const TOKEN = /("token"\s*:\s*)"((?:[^"\\]|\\.)*)"/g;

/** Masks the token in a frame that contains one (PROTOCOL.md R70, R73). All other frames stay as they are. */
export const withoutToken = (text: string): string =>
  CARRIER.test(text) ? text.replace(TOKEN, (_whole, key: string) => `${key}"${TOKEN_MASK}"`) : text;

/** Puts the token back into a frame that resumes a session. Without a token the mask stays visible. */
export const withToken = (text: string, token: string | undefined): string =>
  token === undefined || !CARRIER.test(text)
    ? text
    : text.replace(TOKEN, (whole, key: string, value: string) =>
        value === TOKEN_MASK ? `${key}${JSON.stringify(token)}` : whole,
      );

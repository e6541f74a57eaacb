/** Who is at hand on the page, for templates that a newcomer can send as they are. */
export interface Cast {
  /** The client that sends. */
  readonly own: string;
  /** Another one. */
  readonly other: string;
  readonly otherSession: number | undefined;
}

const LOGIN = /"(setID|auth)":"Alex"/;

/** A template with those on the page in place of its example names. */
export function fitted(text: string, { own, other, otherSession }: Cast): string {
  const named = text
    .replace(LOGIN, (whole, key: string) => (own === "" ? whole : `"${key}":${JSON.stringify(own)}`))
    .replace('"to":"Alex"', other === "" ? '"to":"Alex"' : `"to":${JSON.stringify(other)}`);
  return otherSession === undefined ? named : named.replace('"toS":1,', `"toS":${otherSession},`);
}

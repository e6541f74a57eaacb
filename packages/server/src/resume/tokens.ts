/** Makes tokens that cannot be guessed, and the digests under which they are stored; injected, because the core imports no runtime. */
export interface TokenSource {
  /** 43 characters of base64url: 32 random bytes. */
  create(): string;
  /** SHA-256. */
  digest(token: string): string;
}

/** Characters of a token that say whose it is; the 37 after them are secret: 222 bits. */
const ID_CHARACTERS = 6;
const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

function idDigits(id: number): string {
  let digits = "";
  for (let rest = id; digits.length < ID_CHARACTERS; rest = Math.floor(rest / DIGITS.length))
    digits = DIGITS.charAt(rest % DIGITS.length) + digits;
  return digits;
}

/** The session id with which a token begins, so that every node of a cluster knows which one has the session. A client may make it up. */
export function sessionOfToken(token: string): number {
  let id = 0;
  for (const digit of token.slice(0, ID_CHARACTERS)) id = id * DIGITS.length + DIGITS.indexOf(digit);
  return id;
}

/** The resumable sessions by the digests of their tokens. The tokens themselves are known to the clients alone. */
export class Tokens<Session extends { readonly id: number }> {
  private readonly sessions = new Map<string, Session>();

  constructor(private readonly source: TokenSource) {}

  /** Makes a token for a session; it is remembered under the returned digest. */
  issue(session: Session): { readonly token: string; readonly digest: string } {
    const token = idDigits(session.id) + this.source.create().slice(ID_CHARACTERS);
    const digest = this.source.digest(token);
    this.sessions.set(digest, session);
    return { token, digest };
  }

  /** A restored session keeps its token. */
  restore(digest: string, session: Session): void {
    this.sessions.set(digest, session);
  }

  digest(token: string): string {
    return this.source.digest(token);
  }

  withDigest(digest: string): Session | undefined {
    return this.sessions.get(digest);
  }

  delete(digest: string): void {
    this.sessions.delete(digest);
  }
}

/** Makes tokens that cannot be guessed, and the digests under which they are stored; injected, because the core imports no runtime. */
export interface TokenSource {
  /** 43 characters of base64url: 32 random bytes. */
  create(): string;
  /** SHA-256. */
  digest(token: string): string;
}

/** The resumable sessions by the digests of their tokens. The tokens themselves are known to the clients alone. */
export class Tokens<Session> {
  private readonly sessions = new Map<string, Session>();

  constructor(private readonly source: TokenSource) {}

  /** Makes a token for a session; it is remembered under the returned digest. */
  issue(session: Session): { readonly token: string; readonly digest: string } {
    const token = this.source.create();
    const digest = this.source.digest(token);
    this.sessions.set(digest, session);
    return { token, digest };
  }

  /** A restored session keeps its token. */
  restore(digest: string, session: Session): void {
    this.sessions.set(digest, session);
  }

  find(token: string): Session | undefined {
    return this.sessions.get(this.source.digest(token));
  }

  delete(digest: string): void {
    this.sessions.delete(digest);
  }
}

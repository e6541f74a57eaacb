import { useRef } from "preact/hooks";
import type { Account } from "../connection/game-connection.ts";

/** For relays where only accounts may log in, or where names are claimed with a password. */
export function AccountForm({ logIn }: { readonly logIn: (account: Account) => void }) {
  const name = useRef<HTMLInputElement>(null);
  const password = useRef<HTMLInputElement>(null);
  return (
    <form
      class="card stack"
      onSubmit={(event) => {
        event.preventDefault();
        logIn({ name: name.current?.value ?? "", passwd: password.current?.value ?? "" });
      }}
    >
      <h2>Log in to the relay</h2>
      <p class="small">
        This relay lets only accounts in. Ask its operator for one: <code>npx achex user add NAME</code>. Others see the
        name that you choose on this page, not this one.
      </p>
      <label class="field">
        <span>Account</span>
        <input ref={name} autocomplete="username" spellcheck={false} required />
      </label>
      <label class="field">
        <span>Password</span>
        <input ref={password} type="password" autocomplete="current-password" required />
      </label>
      <button type="submit" class="button primary">
        Log in
      </button>
    </form>
  );
}

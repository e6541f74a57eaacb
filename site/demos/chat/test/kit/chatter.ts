import type { Locator, Page } from "playwright-core";

/** A page in which somebody chats. */
export class Chatter {
  constructor(readonly page: Page) {
    page.setDefaultTimeout(25_000);
  }

  /** The text box. */
  get box(): Locator {
    return this.page.locator("#chat-text");
  }

  get messages(): Locator {
    return this.page.locator("article.chat-message");
  }

  /** The message with that text. */
  message(text: string): Locator {
    return this.messages.filter({ has: this.page.locator(".chat-text", { hasText: text }) }).last();
  }

  async name(name: string): Promise<void> {
    await this.page.getByLabel("Your name").fill(name);
    await this.page.getByLabel("Your name").blur();
  }

  /** From the first screen into a room. */
  async enter(room: string, phrase?: string): Promise<void> {
    await this.page.getByLabel("Name of the room").fill(room);
    if (phrase !== undefined) {
      await this.page.getByRole("button", { name: "Passphrase" }).click();
      await this.page.locator("input[type=password]").fill(phrase);
    }
    await this.page.getByRole("button", { name: "Enter" }).click();
    await this.box.waitFor();
  }

  async say(text: string): Promise<void> {
    await this.box.fill(text);
    await this.page.getByRole("button", { name: /^(Send|Save)$/ }).click();
  }

  async sees(text: string): Promise<void> {
    await this.message(text).waitFor();
  }

  /** What becomes of an own message, in words. */
  async waitForState(text: string, state: RegExp): Promise<void> {
    await this.message(text).locator(".chat-state, .chat-failure", { hasText: state }).waitFor();
  }

  /** Does something with a message by its button. */
  async act(text: string, action: "React" | "Reply" | "Edit" | "Delete"): Promise<void> {
    await this.message(text).focus();
    await this.message(text).getByRole("button", { name: action, exact: true }).click();
  }

  /** Opens the list of conversations on a phone, or what is beside it elsewhere. */
  place(name: string | RegExp): Locator {
    return this.page.locator(".chat-list").getByRole("button", { name });
  }
}

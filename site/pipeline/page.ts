/** One page of the site: its content between header and footer, and its scripts. */
export interface Page {
  /** Path of its URL, such as `/quickstart`. */
  readonly path: string;
  readonly title: string;
  /** One sentence, for search results and previews. */
  readonly description: string;
  /** HTML of the main part. Text from elsewhere must have been escaped. */
  readonly body: string;
  /** Modules that run in the browser, as paths below `site/`, such as `pages/test/main.tsx`. */
  readonly scripts?: readonly string[];
  /** Style sheets beyond the design system, as paths below `site/`. */
  readonly styles?: readonly string[];
  /** Where the navigation lists it; pages without this are reached by links only. */
  readonly nav?: { readonly label: string; readonly group: NavGroup };
  /** Its scripts may connect to any server, and also find out why a WebSocket was refused; otherwise only to the server it came from. */
  readonly connectsAnywhere?: boolean;
  /**
   * A whole HTML document that is served as it stands, without header and footer, in place of `body`. Its inline scripts and
   * styles are allowed by their hash.
   */
  readonly document?: string;
  /** Search leads to it; true unless given. */
  readonly searchable?: boolean;
  /** Pages of other origins may show it in a frame. */
  readonly embeddable?: boolean;
}

export type NavGroup = "learn" | "try" | "reference" | "operate";

/** What `site/pages/<name>/page.ts` exports as `page`. */
export type PageSource = Page | (() => Page | Promise<Page>);

/** One page of the site: its content between header and footer, and its scripts. */
export interface Page {
  /** Path of its URL, such as `/quickstart`. */
  readonly path: string;
  readonly title: string;
  /** One sentence, for search results and previews. */
  readonly description: string;
  /** HTML of the main part. Text from elsewhere must have been escaped. */
  readonly body: string;
  /** Modules that run in the browser, as paths relative to `site/`, such as `pages/test/main.tsx`. */
  readonly scripts?: readonly string[];
  /** Style sheets in addition to the design system, as paths relative to `site/`. */
  readonly styles?: readonly string[];
  /** Position in the navigation. Pages without it are only reachable by links. */
  readonly nav?: { readonly label: string; readonly group: NavGroup };
  /**
   * Allows its scripts to connect to any server, and to find out why a WebSocket was rejected. By default they may only connect
   * to their own server.
   */
  readonly connectsAnywhere?: boolean;
  /**
   * A complete HTML document to serve unchanged instead of `body`, without header and footer. Its inline scripts and styles are
   * allowed by hash.
   */
  readonly document?: string;
  /** An application with a bar of its own: without the header and footer of the site. */
  readonly isApp?: boolean;
  /** Whether search includes it. Default true. */
  readonly searchable?: boolean;
  /** Whether pages of other origins may show it in a frame. */
  readonly embeddable?: boolean;
}

export type NavGroup = "learn" | "try" | "reference" | "operate";

/** What `site/pages/<name>/page.ts` exports as `page`. */
export type PageSource = Page | (() => Page | Promise<Page>);

/** One page of the site: what stands between the header and the footer, and what runs in it. */
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
  readonly nav?: { readonly label: string; readonly group: "learn" | "try" | "reference" };
}

/** What `site/pages/<name>/page.ts` exports as `page`. */
export type PageSource = Page | (() => Page | Promise<Page>);

import { describe, expect, test } from "bun:test";
import { readPages } from "../../pipeline/render-pages.ts";
import { buildSearchIndex } from "../../pipeline/search-index.ts";
import { createSearchEngine, type Entry, stem } from "../../shell/search-engine.ts";
import { queries } from "./search-queries.ts";

const pages = (await readPages()).filter(({ document, searchable = true }) => searchable && document === undefined);
const site = createSearchEngine(JSON.parse(buildSearchIndex(pages)));

describe("readers find what they look for", () => {
  test("there are sixty queries, each with its first hit", () => {
    expect(new Set(queries.map(([query]) => query)).size).toBeGreaterThanOrEqual(60);
  });

  test.each(queries.map(([query, firstHit]) => [query, firstHit] as const))("%s", (query, firstHit) => {
    expect(site.find(query, 1)[0]?.[0]).toMatch(firstHit);
  });

  test("every page is found by its title, every rule by its id", () => {
    const lost = pages.filter(({ path, title }) => !site.find(title, 20).some(([address]) => address.startsWith(path)));
    expect(lost.map(({ path }) => path)).toEqual([]);
    expect(site.find("S3", 1)[0]?.[0]).toBe("/protocol#S3");
    expect(site.find("page not found", 20).filter(([address]) => address.startsWith("/404"))).toEqual([]);
  });
});

describe("ranking", () => {
  const entries: Entry[] = [
    ["/a", "A", "", "talks of hubs in passing"],
    ["/b#hubs", "B", "Hubs", "all about them"],
    ["/b#K8", "B", "K8", "a rule"],
    ["/c#original", "C", "The original", "of something else"],
    ["/c#origin", "C", "Access", "the origin of a page"],
  ];
  const found = (query: string) =>
    createSearchEngine(entries)
      .find(query, 9)
      .map(([address]) => address);

  test("headings before text, singular and plural alike, all words or nothing", () => {
    expect(found("hub")).toEqual(["/b#hubs", "/a"]);
    expect(found("K8")).toEqual(["/b#K8"]);
    expect(found("hubs nowhere")).toEqual([]);
  });

  test("a word before those that begin with it, which are found while typing", () => {
    expect(found("origin")).toEqual(["/c#origin", "/c#original"]);
    expect(found("passi")).toEqual(["/a"]);
  });

  test("synonyms and typing errors lead on; signs are no words", () => {
    expect(found("rooms")).toEqual(["/b#hubs", "/a"]);
    expect(found("orignal")).toEqual(["/c#original"]);
    for (const nothing of ["  ", "(.*[", "?"]) expect(found(nothing)).toEqual([]);
  });

  test("inflected forms of a word are one term", () => {
    for (const forms of [
      ["type", "types"],
      ["reconnect", "reconnects", "reconnecting", "reconnected"],
      ["hub", "hubs"],
    ])
      expect(new Set(forms.map(stem)).size).toBe(1);
    expect(stem("CORS")).toBe("cors");
  });
});

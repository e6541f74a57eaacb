import { openContents } from "./contents.ts";
import { startCopying } from "./copy.ts";
import { startMenus } from "./menus.ts";
import { startSearch } from "./search-dialog.ts";
import { startThemeSwitch } from "./theme-switch.ts";

startThemeSwitch();
openContents();
startMenus();
startSearch();
startCopying();

// Only where the browser trusts the origin: localhost and https.
navigator.serviceWorker?.register("/sw.js").catch(() => {});

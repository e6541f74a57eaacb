import { fillAddresses } from "./addresses.ts";
import { startContents } from "./contents.ts";
import { startCopying } from "./copy.ts";
import { startMenus } from "./menus.ts";
import { startSearch } from "./search-dialog.ts";
import { startThemeSwitch } from "./theme-switch.ts";

startThemeSwitch();
fillAddresses();
startContents();
startMenus();
startSearch();
startCopying();

// Browsers allow this only for trusted origins: localhost and https.
navigator.serviceWorker?.register("/sw.js").catch(() => {});

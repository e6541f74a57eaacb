import { startCopying } from "./copy.ts";
import { startMenus } from "./menus.ts";
import { startSearch } from "./search-dialog.ts";
import { startThemeSwitch } from "./theme-switch.ts";

startThemeSwitch();
startMenus();
startSearch();
startCopying();

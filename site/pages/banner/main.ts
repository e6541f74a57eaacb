import { fillAddresses } from "../quickstart/addresses.ts";

fillAddresses(document);

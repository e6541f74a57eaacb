import manifest from "../package.json";

/** Version of the server, as package.json has it. */
export const version: string = manifest.version;

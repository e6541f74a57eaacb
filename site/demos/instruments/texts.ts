export const title = "Instrument Wall";
export const tagline =
  "All instruments of a laboratory on one page: values, trends, limits and alarms, live, and honest about what is missing.";

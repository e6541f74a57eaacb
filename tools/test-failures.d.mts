/** A failed test; `file` is empty if the output does not say which. */
export interface TestFailure {
  file: string;
  title: string;
}
export function plainText(output: string): string;
export function failuresOf(output: string): TestFailure[];
export const MOST_SECOND_RUNS: number;
export function filesToRepeat(failures: readonly TestFailure[]): string[];

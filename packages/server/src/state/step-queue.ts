import type { StoringFailure } from "../state.ts";

export interface StepQueueDeps<Step> {
  /** Whether a step has to be stored before it is delivered. */
  isStored(step: Step): boolean;
  /** Stores steps together; calls back later, unless it returns why they are rejected at once. */
  store(steps: readonly Step[], settled: (failure: StoringFailure | undefined) => void): StoringFailure | undefined;
  deliver(steps: readonly Step[]): void;
  /** The steps could not be stored, or came after one that could not. */
  fail(steps: readonly Step[], failure: StoringFailure): void;
  /** Nothing is left. */
  idle(): void;
}

/**
 * Steps in one order: each is delivered after it has been stored, and after those before it. While some are being stored, later ones
 * are collected and stored together, so that none is stored without those before it.
 */
export class StepQueue<Step> {
  private storing: readonly Step[] = [];
  private waiting: Step[] = [];
  private isDelivering = false;

  constructor(private readonly deps: StepQueueDeps<Step>) {}

  get isBusy(): boolean {
    return this.storing.length + this.waiting.length > 0;
  }

  push(step: Step): void {
    this.waiting.push(step);
    this.advance();
  }

  private advance(): void {
    const { deps } = this;
    // What happens while others are delivered comes after them.
    while (!this.isDelivering && this.storing.length === 0 && this.waiting.length > 0) {
      const steps = this.waiting;
      this.waiting = [];
      if (!steps.some((step) => deps.isStored(step))) {
        this.delivering(() => deps.deliver(steps));
        continue;
      }
      this.storing = steps;
      const rejected = deps.store(steps, (failure) => {
        this.settle(failure);
        this.advance();
        if (!this.isBusy) deps.idle();
      });
      if (rejected) this.settle(rejected);
    }
  }

  private settle(failure: StoringFailure | undefined): void {
    const steps = this.storing;
    this.storing = [];
    if (failure === undefined) {
      this.delivering(() => this.deps.deliver(steps));
      return;
    }
    // What came later was judged by what has failed.
    const failed = [...steps, ...this.waiting];
    this.waiting = [];
    this.delivering(() => this.deps.fail(failed, failure));
  }

  private delivering(act: () => void): void {
    this.isDelivering = true;
    try {
      act();
    } finally {
      this.isDelivering = false;
    }
  }
}

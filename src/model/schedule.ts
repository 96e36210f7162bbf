/** When a service with `x-schedule` runs, and what is done around each run. */
export interface Schedule {
  /** As the file has it, for people: `0 3 * * *`, `every 15m`. */
  readonly asked: string;
  /**
   * As EventBridge Scheduler takes it: `cron(0 3 * * ? *)`, `rate(15 minutes)`; two where the file restricts both the
   * day of the month and the weekday, for cron then means either.
   */
  readonly expressions: readonly [string, ...string[]];
  /** IANA's name: `Europe/Berlin`. */
  readonly timezone: string;
  /** What happens when its time comes while an earlier run goes on. */
  readonly overlap: "skip" | "allow";
  /** Seconds that one attempt may take, its start included. @default no limit */
  readonly timeout?: number;
}

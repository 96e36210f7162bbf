/** A moment as EventBridge Scheduler takes it. */

/**
 * The expression of one time ("Schedule types", EventBridge Scheduler user guide), in UTC.
 *
 * @param moment - ISO 8601
 */
export function scheduleTime(moment: string): string {
  return `at(${new Date(moment).toISOString().slice(0, 19)})`;
}

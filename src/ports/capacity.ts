/** How ECS says that it has no capacity now. */

/**
 * ECS's words: in RunTask's failures and in a task's stopped reason ("API failure messages" and "Stopped task error
 * messages", ECS developer guide), and in a service's events ("Service event messages").
 */
export const capacityShort = /capacity is unavailable/i;

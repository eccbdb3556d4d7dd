/** Days as schedules name them, in the order in which people count them. Apart from the schemas, which no page loads. */
export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/** The peer's offer to be a supernode, and the supernode that it runs when it is told to. */
export { createVolunteer } from './volunteer.ts';
export type { Volunteer, VolunteerGiven, VolunteerInit } from './volunteer.ts';

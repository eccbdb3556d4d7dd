/** What this program calls itself in sessions and beats. */
export const SOFTWARE = 'banyan/0.1.0 (supernode)';

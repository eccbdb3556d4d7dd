/** What the routes of the local API have in common. */
import Type from 'typebox';

export const API_PREFIX = '/api/v1';

/** Parameters of a route that is about one thing. */
export const Id = Type.Object({ id: Type.String({ minLength: 1, maxLength: 64 }) });

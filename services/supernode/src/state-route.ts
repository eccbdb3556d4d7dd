/** How this supernode does, for whoever started it; on the port of health and metrics, which only this machine reaches. */
import { SupernodeState } from '@banyan/proto';
import type { HttpServer } from '@banyan/kit';
import Type, { type Static } from 'typebox';

/** The answer of `GET /v1/state`. */
export const StateResponse = Type.Object({
  state: SupernodeState,
  leaves: Type.Integer(),
  capacity: Type.Integer(),
  records: Type.Integer(),
  /** Why the list does not take its beats; null while it does. */
  listProblem: Type.Union([Type.Object({ code: Type.String(), message: Type.String() }), Type.Null()]),
});
export type StateResponse = Static<typeof StateResponse>;

export function addStateRoute({ app }: Pick<HttpServer, 'app'>, state: () => StateResponse): void {
  app.get('/v1/state', { schema: { response: { 200: StateResponse } } }, async () => state());
}

import Type from 'typebox';
import { RotateRequest, RotateResponse, SigningKeysResponse, WithdrawKeyRequest } from '@banyan/proto';
import type { HttpServer } from '@banyan/kit';
import type { Bans } from '../bans.ts';
import { byOperator } from '../decision.ts';
import type { Rotation, SigningKeys } from '../signing-keys.ts';
import type { Guard } from './guard.ts';

/** What {@link addKeyRoutes} needs. */
export interface KeyRoutesComponents {
  readonly server: HttpServer;
  readonly guard: Guard;
  readonly keys: SigningKeys;
  readonly bans: Pick<Bans, 'keyWithdrawn'>;
}

/** What operators do with the keys that sign tokens and revocations. */
export function addKeyRoutes(components: KeyRoutesComponents, init: { readonly rotationDays: number }): void {
  const { guard, keys, bans } = components;
  const { app } = components.server;
  const onRequest = guard.signedIn('operator');
  const tags = ['operator'];
  const answer = ({ published, ...rotation }: Rotation): RotateResponse => ({
    ...rotation,
    published: [...published],
  });

  app.get(
    '/v1/operator/keys',
    {
      onRequest,
      schema: { summary: 'The signing keys and their times', tags, response: { 200: SigningKeysResponse } },
    },
    async () => ({ keys: keys.list(), rotationDays: init.rotationDays }),
  );

  app.post(
    '/v1/operator/keys/rotate',
    {
      onRequest,
      schema: {
        summary: 'Publish a new signing key',
        tags,
        body: Type.Union([RotateRequest, Type.Null()]),
        response: { 200: RotateResponse },
      },
    },
    async (request) => {
      const reason = request.body?.reason ?? '';
      return answer(await keys.rotate(byOperator(guard.caller(request).account, reason)));
    },
  );

  app.post(
    '/v1/operator/keys/withdraw',
    {
      onRequest,
      schema: {
        summary: 'Withdraw a signing key that others may have; another one signs at once',
        tags,
        body: WithdrawKeyRequest,
        response: { 200: RotateResponse },
      },
    },
    async (request) => {
      const { kid, reason } = request.body;
      keys.assertPublished(kid);
      // Told first: when the second step fails, the first is repeated with it.
      await bans.keyWithdrawn(kid, reason);
      return answer(await keys.withdraw(kid, byOperator(guard.caller(request).account, reason)));
    },
  );
}

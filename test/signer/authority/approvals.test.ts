import assert from 'node:assert/strict';
import t from 'tap';
import type { StampedRequest } from '../../../wire/request.ts';
import {
  authorityOf,
  create,
  DAY,
  flipped,
  NOW,
  refusal,
  sign,
  SIGN_ALL,
  type World,
} from '../../support/authority-world.ts';
import { negative } from '../../support/negative.ts';

/** With the check, the reason; without it, the request is approved and the assertion fails. */
async function refuses(request: Promise<StampedRequest>, reason: string, world: World = {}) {
  const stamped = await request;
  assert.equal(
    refusal(() => authorityOf(world).judgeSign(stamped)),
    reason,
  );
}
negative('C-16', 'refuses a request whose stamp is wrong', async () => {
  const request = await sign();
  const stamps = request.stamps.map((each) => ({ ...each, signature: flipped(each.signature) }));
  await refuses(Promise.resolve({ ...request, stamps }), 'STAMP_INVALID');
});

negative('C-16', 'refuses a client without a grant', () =>
  refuses(sign(), 'GRANT_MISSING', { grants: [{ action: 'create' }] }),
);

negative('C-16', 'refuses a purpose that the wallet was not made for', () =>
  refuses(sign(), 'PURPOSE_FORBIDDEN', { wallet: { purposes: ['evm'] } }),
);

negative('C-16', 'refuses a request that has expired', () =>
  refuses(sign(), 'REQUEST_EXPIRED', { now: NOW + DAY }),
);

negative('C-16', 'refuses a wallet to a client that may not create any', async () => {
  const request = await create();
  const { judgeCreate } = authorityOf({ grants: [SIGN_ALL] });
  assert.equal(
    refusal(() => judgeCreate(request)),
    'GRANT_MISSING',
  );
});

negative('C-61', 'refuses a threshold of half of the committee', async () => {
  const request = await create({ committee: [1, 2, 3, 4], threshold: 2 });
  assert.equal(
    refusal(() => authorityOf().judgeCreate(request)),
    'THRESHOLD_TOO_LOW',
  );
});

negative('C-61', 'refuses a key with such a threshold whose override is gone', async () => {
  const request = await sign();
  const wallet = { key: { t: 2, committee: [1, 2, 3, 4] } };
  assert.equal(
    refusal(() => authorityOf({ wallet }).judgeSign(request)),
    'THRESHOLD_TOO_LOW',
  );
});

t.test('C-61 lets the wallet through that the configuration names', async (t) => {
  const low = { committee: [1, 2, 3, 4], threshold: 2 };
  const named = await create(low);
  const unnamed = await create({ ...low, displayName: 'treasury2' });
  const { judgeCreate } = authorityOf({ allowLowThreshold: ['treasury'] });
  t.equal(
    refusal(() => judgeCreate(named)),
    'approved',
  );
  t.equal(
    refusal(() => judgeCreate(unnamed)),
    'THRESHOLD_TOO_LOW',
    'by its exact name only',
  );
  const majority = await create({ committee: [1, 2, 3, 4], threshold: 3 });
  t.equal(
    refusal(() => authorityOf().judgeCreate(majority)),
    'approved',
  );
  const wallet = { key: { t: 2, committee: [1, 2, 3, 4] } };
  const request = await sign();
  const allowed = authorityOf({ wallet, allowLowThreshold: ['treasury'] });
  t.equal(
    refusal(() => allowed.judgeSign(request)),
    'approved',
  );
});

import t from 'tap';
import {
  decodeSignResponse,
  decodeStampedRequest,
  encodeSignResponse,
  encodeStampedRequest,
  formatIndices,
  parseIndices,
} from '../../../coordinator/store/columns.ts';
import { InvalidInput } from '../../../core/index.ts';
import { createTestClient, rawItem } from '../../support/client-requests.ts';
import { signResponse } from '../../support/sign-response.ts';

t.test('what is written is read back', async (t) => {
  const stamped = await createTestClient().sign(0, new Uint8Array(32), [
    rawItem(new Uint8Array(32)),
  ]);
  const { request, stamps } = decodeStampedRequest(encodeStampedRequest(stamped));
  t.same({ request, stamps }, { request: stamped.request, stamps: stamped.stamps });
  t.same(decodeSignResponse(encodeSignResponse(signResponse())), signResponse());
  t.same(parseIndices(formatIndices([1, 3, 255])), [1, 3, 255]);
});

t.test('a damaged column is refused, not guessed at', async (t) => {
  const bytes = encodeSignResponse(signResponse());
  t.throws(() => decodeSignResponse(bytes.subarray(0, bytes.length - 5)), InvalidInput);
  t.throws(() => decodeStampedRequest(new Uint8Array()), InvalidInput);
});

/** A well-formed answer to a Sign; nothing in it verifies. */
import type { SignResponse } from '../../wire/wallet.ts';

export const REQUEST_ID = '6f2d3a60-57f6-4b1e-9b0a-1c6a6f3f3b52';

export const signResponse = (changes: Partial<SignResponse> = {}): SignResponse => ({
  requestId: REQUEST_ID,
  results: [
    {
      r: new Uint8Array(32).fill(1),
      s: new Uint8Array(32).fill(2),
      recid: 1,
      digest: new Uint8Array(32).fill(3),
      path: [0, 7],
      publicKey: new Uint8Array(33).fill(2),
      address: '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed',
    },
  ],
  signers: [1, 2],
  ...changes,
});

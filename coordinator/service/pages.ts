/**
 * Page tokens: where the next page begins, opaque to clients.
 * @module
 */

const TOKEN = /^w1-([1-9]\d{0,14})$/;

/** The token of the page after the wallet numbered `seq`. */
export const pageToken = (seq: number): string => Buffer.from(`w1-${seq}`).toString('base64url');

/** The `seq` a token names, 0 for the empty token; `undefined` when it is none of ours. */
export function parsePageToken(token: string): number | undefined {
  if (token === '') return 0;
  const text = Buffer.from(token, 'base64url');
  const found = TOKEN.exec(text.toString('latin1'));
  // One spelling only: decoding base64url skips what it does not know.
  if (!found || text.toString('base64url') !== token) return undefined;
  return Number(found[1]);
}

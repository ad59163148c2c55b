import t from 'tap';
import { pageToken, parsePageToken } from '../../../coordinator/service/pages.ts';

t.test('a token leads back to its place, the empty one to the beginning', async (t) => {
  t.equal(parsePageToken(''), 0);
  for (const seq of [1, 50, 123_456_789]) t.equal(parsePageToken(pageToken(seq)), seq);
});

t.test('anything else is no token of ours', async (t) => {
  const of = (text: string) => Buffer.from(text).toString('base64url');
  for (const token of [
    'x',
    '!',
    of('w1-0'),
    of('w1-01'),
    of('w1--1'),
    of('w2-1'),
    of('w1-1 '),
    `${pageToken(5)}=`,
  ]) {
    t.equal(parsePageToken(token), undefined, token);
  }
});

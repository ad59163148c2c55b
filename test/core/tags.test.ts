import t from 'tap';
import { BASE_OT_DST, H2C_TAGS, HS_TAGS, KDF_TAGS, TAG_PREFIX, TH_TAGS } from '../../core/tags.ts';

const ALL = [...TH_TAGS, ...HS_TAGS, ...KDF_TAGS, ...H2C_TAGS];

t.test('every tag is distinct and belongs to one function', (t) => {
  t.equal(new Set(ALL).size, ALL.length);
  t.same([TH_TAGS.length, HS_TAGS.length, KDF_TAGS.length, H2C_TAGS.length], [34, 5, 7, 1]);
  t.end();
});

t.test('tags are printable ASCII and contexts at most one BLAKE3 block', (t) => {
  for (const tag of ALL) {
    t.match(tag, /^[a-z0-9/-]+$/);
    t.ok(TAG_PREFIX.length + tag.length <= 64, tag);
  }
  t.end();
});

t.test('the DST names protocol, tag and suite', (t) => {
  t.equal(BASE_OT_DST, 'trefoil/dkls23/v1/base-ot/secp256k1_XMD:SHA-256_SSWU_RO_');
  t.end();
});

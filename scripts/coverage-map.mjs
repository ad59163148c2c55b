/** Which files a test may cover: those of core, and only for the tests of core. */
import { globSync } from 'node:fs';

const core = globSync('core/**/*.ts');

export default (test) => (test.startsWith('test/core/') ? core : []);

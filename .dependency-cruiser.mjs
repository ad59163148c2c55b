const forbid = (name, from, to) => ({ name, severity: 'error', from, to });

export default {
  forbidden: [
    forbid('no-circular', {}, { circular: true }),
    forbid('no-unresolvable', {}, { couldNotResolve: true }),
    forbid(
      'core-is-pure',
      { path: '^core/' },
      { pathNot: ['^core/', '^node_modules/@noble/(curves|hashes)/'] },
    ),
    forbid(
      'core-has-one-door',
      { path: '^(kernel|wire|signer|coordinator|client|cli|infra)/' },
      { path: '^core/', pathNot: '^core/(index|arith)\\.ts$' },
    ),
    forbid(
      'reference-arithmetic-is-chosen-by-main',
      {
        path: '^(core|wire|signer|coordinator|client|infra)/',
        pathNot: '(/main|^core/index)\\.ts$',
      },
      { path: '^core/reference\\.ts$' },
    ),
    forbid(
      'proto-types-stay-in-wire',
      { pathNot: ['^wire/', '^proto/'] },
      { path: '^proto/generated/' },
    ),
    forbid(
      'wire-is-a-leaf',
      { path: '^wire/' },
      { path: '^(signer|coordinator|client|cli|infra)/' },
    ),
    // cli/ is a composition root, like each main.ts.
    forbid(
      'roles-stay-apart',
      { path: '^(signer|coordinator|client)/' },
      { path: '^(signer|coordinator|client|cli)/', pathNot: '^$1/' },
    ),
    forbid(
      'infra-by-main-only',
      { path: '^(core|wire|signer|coordinator|client)/', pathNot: '/main\\.ts$' },
      { path: '^infra/' },
    ),
    forbid(
      'infra-sees-ports',
      { path: '^infra/' },
      { path: '^(core|wire|signer|coordinator|client)/', pathNot: '/ports\\.ts$' },
    ),
    forbid(
      'product-ignores-tests',
      { pathNot: '^(test|bench|scripts)/' },
      { path: '^(test|bench|scripts)/' },
    ),
    forbid(
      'no-dev-dependency',
      { path: '^(core|wire|signer|coordinator|client|cli|infra)/' },
      { dependencyTypes: ['npm-dev'] },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};

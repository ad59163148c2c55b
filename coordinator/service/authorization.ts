/**
 * Which TLS identity may call which method: deny by default.
 * @module
 */
import { METHOD_NAMES } from '../../wire/services.ts';
import type { PeerIdentity } from '../../wire/spiffe.ts';

/** Whether a peer may call a method, named as `WalletService/Sign`. */
export type Authorize = (peer: PeerIdentity, method: string) => boolean;

/** A grant names what does not exist. */
export class UnknownGrant extends Error {
  override readonly name = 'UnknownGrant';
}

/**
 * Every peer of the cluster may ask whether the service is well: load balancers and clients do it
 * before anything else, and the answer is one word.
 */
const OPEN_SERVICE = 'Health';

/**
 * `rules`: `<role>/<name pattern>` (`*` stands for any characters) to the services
 * (`WalletService`) or methods (`AdminService/GetCluster`) that those identities may call. A grant of
 * something that does not exist is refused here, since a misspelt one would deny silently.
 */
export function createAuthorization(rules: Readonly<Record<string, readonly string[]>>): Authorize {
  const compiled = Object.entries(rules).map(([identity, grants]) => {
    for (const grant of grants) {
      if (METHOD_NAMES.some((method) => covers(grant, method))) continue;
      throw new UnknownGrant(`authorization["${identity}"]: there is no ${grant}`);
    }
    return { identity: patternOf(identity), grants };
  });
  return ({ role, name }, method) =>
    covers(OPEN_SERVICE, method) ||
    compiled.some(
      (rule) =>
        rule.identity.test(`${role}/${name}`) && rule.grants.some((grant) => covers(grant, method)),
    );
}

const covers = (grant: string, method: string): boolean =>
  grant === method || method.startsWith(`${grant}/`);

const patternOf = (identity: string): RegExp =>
  new RegExp(`^${identity.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`);

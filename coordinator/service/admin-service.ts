/**
 * AdminService: the cluster as this coordinator sees it.
 * @module
 */
import type { RpcServer } from '../../wire/server.ts';
import { adminService } from '../../wire/services.ts';
import type { RosterDocument } from '../../wire/roster.ts';
import type { Cluster, SignerStatus } from '../../wire/signer-info.ts';
import type { Fleet } from '../orchestrate/fleet.ts';
import type { Relay } from '../relay/relay.ts';
import type { Gate } from './gate.ts';

export type AdminServiceModules = {
  /** This coordinator's name. */
  readonly name: string;
  readonly roster: RosterDocument;
  readonly fleet: Fleet;
  readonly relay: Relay;
  readonly gate: Gate;
};

/** Registers the methods of AdminService. */
export function serveAdmin(server: Pick<RpcServer, 'handle'>, modules: AdminServiceModules): void {
  server.handle(
    adminService.getCluster,
    modules.gate(adminService.getCluster, () => Promise.resolve(clusterOf(modules))),
  );
}

function clusterOf({ name, roster, fleet, relay }: AdminServiceModules): Cluster {
  const signers = roster.signers.map(({ index, address }): SignerStatus => {
    const info = fleet.info(index);
    const connected = relay.standing(index).up;
    return {
      index,
      address,
      connected,
      version: info?.version ?? '',
      walletCount: info?.keyCount ?? 0,
      ...(info ? { boot: info.boot } : {}),
      // The states of a signer that is away are those of a process that may be gone.
      pairs: connected
        ? (info?.pairs ?? []).map(({ peer, state, generation }) => ({ peer, state, generation }))
        : [],
    };
  });
  return { cluster: roster.cluster, rosterVersion: roster.version, coordinator: name, signers };
}

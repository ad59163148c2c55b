import t from 'tap';
import { configOfCluster } from '../../../client/config.ts';
import {
  describeCluster,
  readClusterFile,
  removeClusterFile,
  writeClusterFile,
} from '../../../cli/local/cluster-file.ts';
import { layoutOf } from '../../../cli/local/layout.ts';
import { temporaryDirectory } from '../../support/temporary.ts';

const MEMBERS = {
  cluster: 'local',
  coordinator: { grpc: '127.0.0.1:7400', http: '127.0.0.1:8400', pid: 10 },
  signers: [{ index: 1, grpc: '127.0.0.1:7401', http: '127.0.0.1:8401', pid: 11 }],
  clientIds: ['demo'],
  chain: { rpc: 'http://127.0.0.1:8545', chainId: 31_337 },
};

await t.test('describes a cluster by paths relative to its folder', async (t) => {
  const layout = layoutOf(temporaryDirectory(t));

  writeClusterFile(layout.clusterFile, describeCluster(layout, MEMBERS));

  t.same(readClusterFile(layout.clusterFile), {
    cluster: 'local',
    coordinator: { grpc: '127.0.0.1:7400', http: '127.0.0.1:8400', pid: 10 },
    signers: [
      {
        index: 1,
        grpc: '127.0.0.1:7401',
        http: '127.0.0.1:8401',
        pid: 11,
        dataDir: 'signer-1/data',
      },
    ],
    ca: 'ca/ca.cert.pem',
    clients: [
      {
        id: 'demo',
        cert: 'clients/demo/tls.cert.pem',
        key: 'clients/demo/tls.key.pem',
        stampKey: 'clients/demo/stamp.key.pem',
      },
    ],
    chain: { rpc: 'http://127.0.0.1:8545', chainId: 31_337 },
  });
  removeClusterFile(layout.clusterFile);
  t.equal(readClusterFile(layout.clusterFile), undefined);
});

await t.test('is what a client is configured from', async (t) => {
  const layout = layoutOf('/somewhere/local');
  const text = JSON.stringify(describeCluster(layout, MEMBERS));
  const paths = layout.client('demo');

  const config = configOfCluster({ text, path: layout.clusterFile }, 'demo');

  t.equal(config.endpoint, '127.0.0.1:7400');
  t.same(config.tls, { cert: paths.cert, key: paths.key, ca: layout.ca.cert });
  t.equal(config.stampKey, paths.stampKey);
  t.same(config.operatorKeys, [paths.operatorKey]);
  t.throws(() => configOfCluster({ text, path: 'cluster.json' }, 'other'), /no client other/);
  t.throws(() => configOfCluster({ text: '{', path: 'cluster.json' }, 'demo'), /is not JSON/);
});

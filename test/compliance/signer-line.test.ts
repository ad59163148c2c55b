import t from 'tap';
import { createSignerLine } from '../../coordinator/relay/dial.ts';
import { TIMING } from '../../coordinator/timing.ts';
import type { Frame } from '../../wire/relay-frame.ts';
import type { RelayStream } from '../../wire/relay.ts';
import { createRpcWorld } from '../support/rpc.ts';
import { createScriptedLine } from '../support/scripted-line.ts';
import { signerLineSuite } from './signer-line.ts';

const SIGNER = 'spiffe://test/signer/1';

await t.test('the scripted line of the tests', (t) =>
  signerLineSuite(t, async () => {
    const line = createScriptedLine();
    return {
      connect: line.connect,
      arrived: () => line.sent,
      deliver: line.deliver,
      cut: () => {
        line.cut();
      },
    };
  }),
);

await t.test('the line over gRPC and mutual TLS', async (t) => {
  const world = await createRpcWorld(t);
  await signerLineSuite(t, async (t) => {
    const arrived: Frame[] = [];
    const streams: RelayStream[] = [];
    const { address } = await world.serve(
      (server) => {
        server.handleRelay((stream) => {
          streams.push(stream);
          return {
            onFrame: (frame) => {
              if (frame.kind === 'ping') stream.send({ ...frame, reply: true });
              else arrived.push(frame);
            },
            onEnd: () => undefined,
          };
        });
      },
      { spiffeId: SIGNER },
    );
    const { connect } = createSignerLine(
      { cluster: 'test', index: 1, address, timing: TIMING },
      {
        identity: await world.identity('spiffe://test/coordinator/a'),
        clock: { now: () => Date.now(), monotonicMs: () => performance.now(), after: unused },
      },
    );
    t.teardown(() => {
      for (const stream of streams) stream.close();
    });
    return {
      connect,
      arrived: () => arrived,
      deliver: (frame) => {
        streams.at(-1)?.send(frame);
      },
      cut: () => {
        streams.at(-1)?.close();
      },
    };
  });
});

await t.test('a signer of another name is not spoken to', async (t) => {
  const world = await createRpcWorld(t);
  const { address } = await world.serve(() => undefined, { spiffeId: 'spiffe://test/signer/2' });
  const { connect } = createSignerLine(
    { cluster: 'test', index: 1, address, timing: TIMING },
    {
      identity: await world.identity('spiffe://test/coordinator/a'),
      clock: { now: () => Date.now(), monotonicMs: () => performance.now(), after: unused },
    },
  );
  const { promise, resolve } = Promise.withResolvers<string>();
  const connection = connect({ frame: () => undefined, closed: resolve });
  t.match(await promise, /spiffe:\/\/test\/signer\/1/);
  connection.close();
});

function unused(): () => void {
  return () => undefined;
}

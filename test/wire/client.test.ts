/** The relay stream over real sockets and mutual TLS. */
import { Client, Metadata } from '@grpc/grpc-js';
import t from 'tap';
import type { InvalidInput } from '../../core/index.ts';
import { LIMITS } from '../../wire/limits.ts';
import type { Frame } from '../../wire/relay-frame.ts';
import type { RelayStream } from '../../wire/relay.ts';
import { signerService } from '../../wire/services.ts';
import { TrefoilError } from '../../wire/status.ts';
import { fixedChannelCredentials } from '../../wire/tls.ts';
import { like } from '../support/like.ts';
import { createRpcWorld, idOf, SERVER } from '../support/rpc.ts';
import { until } from '../support/until.ts';

const bytes = (length: number): Uint8Array => new Uint8Array(length).fill(1);
const info = {
  index: 2,
  cluster: 'test',
  rosterVersion: 1,
  boot: bytes(32),
  version: '0',
  identityKey: bytes(32),
  pairs: [],
  keyCount: 0,
  sealer: 'file',
};
const world = await createRpcWorld(t);

const ping = (nonce: number): Frame => ({ kind: 'ping', nonce: BigInt(nonce), reply: false });

await t.test('the relay carries frames both ways and ends in good order', async (t) => {
  const received: Frame[] = [];
  const ended: unknown[] = [];
  const { address } = await world.serve((server) => {
    server.handleRelay((stream, peer) => {
      t.equal(peer.role, 'coordinator');
      return {
        onFrame: (frame) => {
          if (frame.kind === 'ping') stream.send({ ...frame, reply: true });
        },
        onEnd: (error) => void ended.push(error),
      };
    });
  });
  const client = await world.client(address, { as: 'spiffe://test/coordinator/b' });
  const clientEnds: unknown[] = [];
  const relay = client.openRelay({
    onFrame: (frame) => void received.push(frame),
    onEnd: (error) => void clientEnds.push(error),
  });
  for (let i = 0; i < 500; i++) relay.send(ping(i));
  await until('500 replies', () => received.length === 500);
  t.same(received[499], { kind: 'ping', nonce: 499n, reply: true });
  relay.close();
  await until('the server sees the end', () => ended.length === 1);
  t.same([ended, clientEnds], [[undefined], [undefined]]);
});

await t.test('large envelopes pass the relay', async (t) => {
  const { address } = await world.serve((server) => {
    server.handleRelay((stream) => ({
      onFrame: (frame) => {
        stream.send(frame);
      },
      onEnd: () => undefined,
    }));
  });
  const client = await world.client(address, { as: 'spiffe://test/coordinator/b' });
  const received: Frame[] = [];
  const relay = client.openRelay({
    onFrame: (frame) => void received.push(frame),
    onEnd: () => undefined,
  });
  const envelope = {
    sid: bytes(32),
    round: 2,
    from: 1,
    to: 2,
    seq: 0,
    public: bytes(0),
    sealed: bytes(LIMITS.envelopePayloadBytes),
    signature: bytes(64),
  };
  for (let i = 0; i < 8; i++) relay.send({ kind: 'envelope', envelope });
  await until('all envelopes came back', () => received.length === 8);
  const sealed = received[7]?.kind === 'envelope' ? received[7].envelope.sealed : bytes(0);
  t.ok(Buffer.compare(sealed, envelope.sealed) === 0);
  relay.close();
});

await t.test(
  'garbage on the relay ends that stream with a typed error, not the server',
  async (t) => {
    const streams: RelayStream[] = [];
    const refused: InvalidInput[] = [];
    const ends: unknown[] = [];
    const { address } = await world.serve((server) => {
      server.handleRelay((stream) => {
        streams.push(stream);
        return {
          onFrame: () => undefined,
          onRefused: (error) => void refused.push(error),
          onEnd: (error) => void ends.push(error),
        };
      });
    });
    const pems = await world.pems('spiffe://test/coordinator/b');
    const raw = new Client(address, fixedChannelCredentials(pems, idOf(SERVER)));
    t.teardown(() => {
      raw.close();
    });
    const same = (content: Buffer): Buffer => content;
    const open = () =>
      raw.makeBidiStreamRequest('/trefoil.v1.SignerService/Relay', same, same, new Metadata(), {});
    const codes: number[] = [];
    const send = async (content: Buffer): Promise<void> => {
      const call = open();
      const before = codes.length;
      call.on('error', () => undefined);
      call.on('status', ({ code }) => void codes.push(code));
      call.resume();
      call.write(content);
      await until('a status', () => codes.length > before);
    };
    await send(Buffer.from('garbage'));
    await send(Buffer.alloc(LIMITS.messageBytes + 1));
    await send(Buffer.from([10, 200, 1, 1]));
    t.same(codes, [3, 8, 3]);

    const call = open();
    call.on('error', () => undefined);
    call.resume();
    call.write(Buffer.from([10, 1, 0xff]));
    await until('a refused frame', () => refused.length === 1);
    t.equal(streams.at(-1)?.isOpen(), true, 'one bad frame ends nothing');
    call.end();
    await until('every stream ended', () => ends.length === 4);

    const client = await world.client(address, { as: 'spiffe://test/coordinator/b' });
    const relay = client.openRelay({ onFrame: () => undefined, onEnd: () => undefined });
    relay.send(ping(1));
    await until('a new stream', () => streams.length === 5);
    relay.close();
  },
);

await t.test('a stopping server ends relays with a reason and lets calls finish', async (t) => {
  const { promise: gate, resolve: release } = Promise.withResolvers<undefined>();
  let started = false;
  const { server, address } = await world.serve((server) => {
    server.handle(signerService.getInfo, async () => {
      started = true;
      await gate;
      return info;
    });
    server.handleRelay(() => ({ onFrame: () => undefined, onEnd: () => undefined }));
  });
  const client = await world.client(address, { as: 'spiffe://test/coordinator/b' });
  const ends: unknown[] = [];
  client.openRelay({ onFrame: () => undefined, onEnd: (error) => void ends.push(error) });
  const call = client.call(signerService.getInfo, {});
  await until('the call runs', () => started);
  const stopped = server.stop();
  await until('the relay ended', () => ends.length === 1);
  t.match(ends, [{ reason: 'STOPPING' }]);
  release(undefined);
  t.same(await call, info);
  await stopped;
});

await t.test('a relay that loses its server ends with an error', async (t) => {
  const { server, address } = await world.serve((server) => {
    server.handleRelay(() => ({ onFrame: () => undefined, onEnd: () => undefined }));
    server.handle(signerService.getInfo, async () => {
      throw new TrefoilError('STARTING', 'not yet');
    });
  });
  const client = await world.client(address, { as: 'spiffe://test/coordinator/b' });
  const ends: unknown[] = [];
  client.openRelay({ onFrame: () => undefined, onEnd: (error) => void ends.push(error) });
  await t.rejects(client.call(signerService.getInfo, {}), like({ reason: 'STARTING' }));
  await server.stop();
  await until('the end', () => ends.length === 1);
  t.ok(ends[0] instanceof TrefoilError);
});

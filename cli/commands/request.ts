/**
 * `trefoil request get`.
 * @module
 */
import type { Command } from 'commander';
import { parseWalletName } from '../arguments.ts';
import type { Session } from '../context.ts';
import { type ClientOptions, withClient, withClientOptions } from './client-options.ts';
import { signaturesJson, signaturesLines } from './sign.ts';

export function addRequestCommand(program: Command, { context, output }: Session): void {
  const request = program.command('request').description('requests made earlier');

  withClientOptions(
    request
      .command('get')
      .description('read the signatures of a request again, and verify them')
      .argument('<request-id>', 'the name of the request, a UUID')
      .requiredOption('--wallet <wallet>', 'the wallet that signed', parseWalletName),
  ).action(async (requestId: string, options: ClientOptions & { wallet: string }) => {
    const { wallet } = options;
    const found = await withClient(options, context.env, (client, time) =>
      client.getSignature({ requestId, wallet }, time),
    );
    output().result(signaturesJson(found), signaturesLines(found));
  });
}

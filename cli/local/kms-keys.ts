/**
 * KMS keys of a local cluster that seals with AWS KMS: one key a signer, made once.
 * @module
 */
import { CreateKeyCommand, type KMSClient } from '@aws-sdk/client-kms';

export type KmsKeyOptions = { readonly cluster: string; readonly signerCount: number };

/**
 * Makes one symmetric key for each signer, in index order, and returns the keys' ARNs. Endpoint,
 * region and credentials are those that the SDK finds by itself.
 */
export async function createKmsKeys(
  { cluster, signerCount }: KmsKeyOptions,
  kms: KMSClient,
): Promise<string[]> {
  const indices = Array.from({ length: signerCount }, (_, position) => position + 1);
  return Promise.all(
    indices.map(async (index) => {
      const { KeyMetadata: key } = await kms.send(
        new CreateKeyCommand({
          Description: `Trefoil ${cluster}: seals the shares of signer ${index}`,
          KeySpec: 'SYMMETRIC_DEFAULT',
          KeyUsage: 'ENCRYPT_DECRYPT',
          Tags: [
            { TagKey: 'trefoil-cluster', TagValue: cluster },
            { TagKey: 'trefoil-signer', TagValue: String(index) },
          ],
        }),
      );
      if (key?.Arn === undefined) throw new Error(`KMS named no key for signer ${index}`);
      return key.Arn;
    }),
  );
}

/**
 * The `aws-kms` sealer: one KMS data key per blob. KMS binds the sealing context as encryption
 * context, so that its key policy can require it and CloudTrail shows it; `KeyId` is passed to every
 * call, so that KMS refuses a blob of another key. Data keys are not cached.
 * @module
 */
import {
  DecryptCommand,
  DescribeKeyCommand,
  GenerateDataKeyCommand,
  KMSClient,
  type KMSClientConfig,
} from '@aws-sdk/client-kms';
import {
  SealFailure,
  type SealContext,
  type SealFailureCode,
  type Sealer,
} from '../../signer/ports.ts';
import { createEnvelopeSealer, type DataKeys, type RandomBytes } from './envelope.ts';

const PROVIDER = 'aws-kms';
const CONNECT_TIMEOUT_MS = 2_000;
const REQUEST_TIMEOUT_MS = 5_000;
/** The first try and two more, with the SDK's jittered backoff between them. */
const MAX_ATTEMPTS = 3;
/** KMS refuses longer ciphertexts as malformed requests. */
const MAX_EDK_BYTES = 6_144;

export type AwsKmsSealerOptions = {
  /** Key id, key ARN or alias of a symmetric encryption key. */
  readonly keyId: string;
  /** Region and endpoint are the SDK's own settings (environment, profile) where absent. */
  readonly region?: string;
  readonly endpoint?: string;
};

export type AwsKmsSealer = Sealer & {
  /** Closes the connections to KMS. */
  readonly close: () => void;
};

export function createAwsKmsSealer(
  options: AwsKmsSealerOptions,
  modules: { readonly randomBytes: RandomBytes },
): AwsKmsSealer {
  const client = new KMSClient(clientConfig(options));
  const sealer = createEnvelopeSealer(createDataKeys(client, options.keyId), modules);
  return {
    ...sealer,
    close: () => {
      client.destroy();
    },
  };
}

function clientConfig({ region, endpoint }: AwsKmsSealerOptions): KMSClientConfig {
  return {
    ...(region === undefined ? {} : { region }),
    ...(endpoint === undefined ? {} : { endpoint }),
    maxAttempts: MAX_ATTEMPTS,
    requestHandler: {
      connectionTimeout: CONNECT_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      throwOnRequestTimeout: true,
    },
  };
}

function createDataKeys(client: KMSClient, keyId: string): DataKeys {
  return {
    provider: PROVIDER,

    generate: async (context) => {
      const command = new GenerateDataKeyCommand({
        KeyId: keyId,
        KeySpec: 'AES_256',
        EncryptionContext: encryptionContext(context),
      });
      const made = await attempt('make a data key', () => client.send(command));
      return {
        dataKey: complete(made.Plaintext),
        kekId: complete(made.KeyId),
        edk: complete(made.CiphertextBlob),
      };
    },

    recover: async ({ edk }, context) => {
      if (edk.length === 0 || edk.length > MAX_EDK_BYTES)
        throw new SealFailure('not-authentic', 'the blob has no data key of KMS');
      const command = new DecryptCommand({
        KeyId: keyId,
        CiphertextBlob: edk,
        EncryptionContext: encryptionContext(context),
      });
      const opened = await attempt('decrypt a data key', () => client.send(command));
      return complete(opened.Plaintext);
    },

    health: async () => {
      const command = new DescribeKeyCommand({ KeyId: keyId });
      const { KeyMetadata: key } = await attempt('describe the key', () => client.send(command));
      if (key?.KeySpec !== 'SYMMETRIC_DEFAULT' || key.KeyUsage !== 'ENCRYPT_DECRYPT')
        throw new SealFailure('misconfigured', 'the KMS key is no symmetric encryption key');
      if (key.KeyState !== 'Enabled')
        throw new SealFailure('denied', `the KMS key is not enabled: ${key.KeyState ?? 'unknown'}`);
    },
  };
}

const encryptionContext = (context: SealContext): Record<string, string> => ({ ...context });

function complete<T>(field: T | undefined): T {
  if (field === undefined) throw new SealFailure('unavailable', 'KMS gave an incomplete answer');
  return field;
}

async function attempt<T>(what: string, body: () => Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (error) {
    if (error instanceof SealFailure) throw error;
    const { name, message } = error instanceof Error ? error : new Error('unknown error');
    // The SDK has no class for this one.
    const code = message === 'Region is missing' ? 'misconfigured' : codeOf(name);
    throw new SealFailure(code, `KMS did not ${what}: ${name}`, { cause: error });
  }
}

/** By the error's name; what is not listed (network, throttling, KMS internal) may pass. */
function codeOf(name: string): SealFailureCode {
  switch (name) {
    case 'InvalidCiphertextException':
    case 'IncorrectKeyException':
      return 'not-authentic';
    case 'AccessDeniedException':
    case 'DisabledException':
    case 'KMSInvalidStateException':
    case 'InvalidGrantTokenException':
    case 'UnrecognizedClientException':
    case 'InvalidSignatureException':
    case 'ExpiredTokenException':
      return 'denied';
    case 'NotFoundException':
    case 'InvalidArnException':
    case 'InvalidKeyUsageException':
    case 'ValidationException':
    case 'CredentialsProviderError':
    case 'InvalidEndpoint':
      return 'misconfigured';
    default:
      return 'unavailable';
  }
}

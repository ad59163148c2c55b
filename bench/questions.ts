import { signatureCpu } from './p1-signature-cpu.ts';
import { signatureBytes } from './p3-signature-bytes.ts';
import { pairSetupCpu } from './p4-pair-setup-cpu.ts';
import { walletCpu } from './p5-wallet-cpu.ts';
import type { Question } from './question.ts';

/** Every target that is measured; the others need parts that are not built yet. */
export const QUESTIONS: readonly Question[] = [
  signatureCpu,
  signatureBytes,
  pairSetupCpu,
  walletCpu,
];

/**
 * A line to a signer whose other end is the test: it hears every frame and answers by hand. Behind
 * the `Connect` port; test/compliance/signer-line.ts says what a line owes.
 */
import type { Connect, ConnectionEvents } from '../../coordinator/relay/link.ts';
import type { Frame } from '../../wire/relay-frame.ts';

export type ScriptedLine = {
  readonly connect: Connect;
  /** Frames that were sent over the connection that stands, pings left out. */
  readonly sent: Frame[];
  /** Nonces of the signer's pings that were answered. */
  readonly replies: bigint[];
  /** Connections made so far. */
  readonly connections: () => number;
  /** Whether a connection stands. */
  readonly isOpen: () => boolean;
  /** Pings are answered at once while this is true. */
  answering: boolean;
  /** Delivers a frame from the signer. */
  readonly deliver: (frame: Frame) => void;
  /** Ends the connection from the other side. */
  readonly cut: (why?: string) => void;
};

export function createScriptedLine(): ScriptedLine {
  let events: ConnectionEvents | undefined;
  let count = 0;
  const line: ScriptedLine = {
    sent: [],
    replies: [],
    answering: true,
    connections: () => count,
    isOpen: () => events !== undefined,
    connect: (own) => {
      events = own;
      count += 1;
      return {
        send: (frame) => {
          if (events !== own) return;
          if (frame.kind !== 'ping') line.sent.push(frame);
          else if (frame.reply) line.replies.push(frame.nonce);
          else if (line.answering) {
            queueMicrotask(() => {
              if (events === own) own.frame({ ...frame, reply: true });
            });
          }
        },
        close: () => {
          if (events === own) events = undefined;
        },
      };
    },
    deliver: (frame) => {
      events?.frame(frame);
    },
    cut: (why = 'cut') => {
      const own = events;
      events = undefined;
      own?.closed(why);
    },
  };
  return line;
}

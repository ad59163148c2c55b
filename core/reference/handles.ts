/**
 * Opaque handles: the port's types say nothing about what is inside, and a handle prints as
 * `[opaque]` wherever it ends up.
 * @module
 */
import { InvariantViolation } from '../errors.ts';

/** `W` is the type of new handles: a subtype of what can be opened. */
export type Handles<H extends object, V, W extends H = H> = {
  readonly wrap: (value: V) => W;
  readonly open: (handle: H) => V;
};

/** One family of handles; opening a handle of another family is a bug of the caller. */
export function blindHandles<H extends object, V, W extends H = H>(): Handles<H, V, W> {
  class Opaque {
    readonly #value: V;

    constructor(value: V) {
      this.#value = value;
    }

    static open(handle: object): V {
      if (!(#value in handle)) throw new InvariantViolation('handle of another arithmetic');
      return handle.#value;
    }

    toString(): string {
      return '[opaque]';
    }

    toJSON(): string {
      return '[opaque]';
    }
  }
  return {
    wrap: (value) => new Opaque(value) as unknown as W,
    open: (handle) => Opaque.open(handle),
  };
}

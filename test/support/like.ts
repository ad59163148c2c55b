/**
 * tap matches a thrown error against a shape, but types the shape as an Error.
 */
export const like = (shape: object): Error => shape as Error;

/**
 * Opens a client for the command: configuration files read, arithmetic, clock and randomness chosen.
 * @module
 */

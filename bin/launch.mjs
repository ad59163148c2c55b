#!/usr/bin/env node
/**
 * Runs a TypeScript entry with a Node that can: `node bin/launch.mjs ENTRY [arguments]`.
 *
 * Node 24 and newer strip types and load ENTRY themselves. An older Node (20 cannot strip types, 22
 * lacks `using`) hands over to the pinned binary of the optional dependency, whose directory goes
 * first on PATH so that every child `node` is that binary too. Plain JavaScript, because an old
 * Node has to read it.
 */
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const OLDEST_MAJOR = 24;
const USAGE_EXIT_CODE = 2;

function pinnedNode() {
  const name = `node-${process.platform}-${process.arch}`;
  try {
    const manifest = createRequire(import.meta.url).resolve(`${name}/package.json`);
    return join(dirname(manifest), 'bin', 'node');
  } catch {
    return undefined;
  }
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(USAGE_EXIT_CODE);
}

function handOver(binary, entry, args) {
  const path = [dirname(binary), process.env.PATH].filter(Boolean).join(delimiter);
  const child = spawn(binary, [...process.execArgv, entry, ...args], {
    stdio: 'inherit',
    env: { ...process.env, PATH: path },
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT']) {
    process.on(signal, () => {
      // A terminal sends Ctrl-C and Ctrl-\ to the whole foreground group: the child has it already.
      const fromTerminal = process.stdin.isTTY && (signal === 'SIGINT' || signal === 'SIGQUIT');
      if (!fromTerminal) child.kill(signal);
    });
  }
  child.on('error', (error) => fail(`cannot start ${binary}: ${error.message}`));
  child.on('exit', (code, signal) => {
    if (!signal) process.exit(code ?? 1);
    process.removeAllListeners(signal);
    process.exitCode = 128 + constants.signals[signal];
    process.kill(process.pid, signal);
  });
}

const [entry, ...args] = process.argv.slice(2);
if (!entry) fail('usage: node bin/launch.mjs ENTRY [arguments]');

const entryPath = resolve(entry);
if (Number.parseInt(process.versions.node, 10) >= OLDEST_MAJOR) {
  process.argv = [process.execPath, entryPath, ...args];
  await import(pathToFileURL(entryPath).href);
} else {
  const binary = pinnedNode();
  if (!binary) {
    fail(
      `Node ${process.versions.node} is too old: Trefoil needs Node ${OLDEST_MAJOR} or newer, or ` +
        `the optional package node-${process.platform}-${process.arch} (npm ci without --omit=optional).`,
    );
  }
  handOver(binary, entryPath, args);
}

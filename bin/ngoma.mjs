#!/usr/bin/env node
// `npx --no-install ngoma ...`: the command line on the Node that npm start installed.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { findNode, root } from './find-node.mjs';

const node = findNode();
if (node === null || !existsSync(path.join(root, 'node_modules', '.ngoma-install'))) {
  console.error('Ngoma is not installed yet: run npm start first.');
  process.exit(1);
}
const child = spawn(node, [path.join(root, 'src/cli/main.ts'), ...process.argv.slice(2)], {
  stdio: 'inherit',
});
process.on('SIGINT', () => {}); // the terminal sends it to the command too, which decides
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.on('exit', (code, signal) => process.exit(code ?? 128 + (os.constants.signals[signal] ?? 0)));

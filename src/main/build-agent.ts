import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

// `npm run agent`: the agent as one file of plain JavaScript that runs on Node 20 with nothing beside it, to be copied
// to a box (deploy/ngoma-listen.service).

const root = path.resolve(import.meta.dirname, '../..');
export const agentFile = path.join(root, 'dist-agent', 'ngoma-listen.mjs');

export async function buildAgent(): Promise<string> {
  await build({
    root,
    configFile: false,
    logLevel: 'warn',
    publicDir: false,
    resolve: {
      // Contracts are needed for their paths only, as in the web app.
      alias: { typebox: path.join(root, 'web', 'build', 'typebox-in-the-browser.ts') },
    },
    ssr: { noExternal: true },
    build: {
      ssr: path.join(root, 'src', 'agent', 'main.ts'),
      outDir: path.dirname(agentFile),
      emptyOutDir: true,
      target: 'node20',
      minify: false, // whoever runs it may read it
      rolldownOptions: {
        output: {
          format: 'es',
          entryFileNames: path.basename(agentFile),
          codeSplitting: false,
          banner: '#!/usr/bin/env node',
        },
      },
    },
  });
  return agentFile;
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  console.log(`Built ${path.relative(root, await buildAgent())}.`);

import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { bareContracts, shapeFunctions } from './build/bare-contracts.ts';
import { countWords } from './build/count-words.ts';
import { precompress } from './build/precompress.ts';
import { roomNames } from './build/room-names.ts';
import { shellWorker } from './build/shell-worker.ts';
import { groups } from './build/split-chunks.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: here('.'),
  plugins: [
    bareContracts(),
    roomNames(here('.')),
    react(),
    shellWorker(here('frame/service-worker.js')),
    precompress(),
  ],
  define: { wordCounts: JSON.stringify(countWords(here('.'))) },
  resolve: {
    alias: { typebox: here('build/typebox-in-the-browser.ts') },
  },
  build: {
    outDir: here('dist'),
    emptyOutDir: true,
    target: 'es2023',
    // Fonts and icons stay files: a data address would need a wider content policy.
    assetsInlineLimit: 0,
    cssCodeSplit: true,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 600, // echarts, which is fetched only where a chart is shown
    rolldownOptions: {
      treeshake: { manualPureFunctions: shapeFunctions, propertyReadSideEffects: false },
      output: {
        entryFileNames: 'assets/[name]-[hash].js',
        chunkFileNames: 'assets/[name]-[hash].js',
        assetFileNames: 'assets/[name]-[hash][extname]',
        codeSplitting: { groups },
      },
    },
  },
});

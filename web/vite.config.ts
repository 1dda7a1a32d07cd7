import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { precompress } from './build/precompress.ts';
import { shellWorker } from './build/shell-worker.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: here('.'),
  plugins: [react(), shellWorker(here('shell/service-worker.js')), precompress()],
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
      output: {
        entryFileNames: 'assets/[name]-[hash].js',
        chunkFileNames: 'assets/[name]-[hash].js',
        assetFileNames: 'assets/[name]-[hash][extname]',
        // Few files, because each costs a round trip on a bad network: what changes with our versions only, what
        // rooms share, and each room. The chart library is its own, fetched only where a chart is.
        codeSplitting: {
          groups: [
            { name: 'echarts', test: /node_modules\/(echarts|zrender|tslib)/, priority: 3 },
            { name: 'vendor', test: /node_modules/, priority: 2 },
            { name: 'common', test: /\/(web|src)\//, minShareCount: 2, priority: 1 },
          ],
        },
      },
    },
  },
});

import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

/** What text there is; fonts, pictures and sound are compressed already. */
const text = /\.(js|css|html|svg|json|webmanifest|txt)$/;
/** Smaller files fit into one packet as they are. */
const sizeMin = 1_024;

/**
 * Writes `.br` and `.gz` beside every text of the build, as small as they get: once here, instead of quickly and
 * worse at every request.
 */
export function precompress(): Plugin {
  return {
    name: 'ngoma-precompress',
    apply: 'build',
    enforce: 'post',
    writeBundle({ dir }) {
      if (dir === undefined) return;
      for (const name of readdirSync(dir, { recursive: true, encoding: 'utf8' })) {
        const file = path.join(dir, name);
        if (!text.test(file) || statSync(file).size < sizeMin) continue;
        const bytes = readFileSync(file);
        const size = { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
        writeFileSync(`${file}.br`, brotliCompressSync(bytes, { params: size }));
        writeFileSync(`${file}.gz`, gzipSync(bytes, { level: 9 }));
      }
    },
  };
}

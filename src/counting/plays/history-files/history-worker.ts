import { readFileSync } from 'node:fs';
import { parseHistory } from './parse-history.ts';

// The process that reads one file nobody vouches for: told a file and its name, it answers what parseHistory says.

process.once('message', ({ file, name }: { readonly file: string; readonly name: string }) => {
  process.send!(parseHistory(readFileSync(file), name), () => process.disconnect());
});

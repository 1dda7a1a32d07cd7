import { runAgent } from './run-agent.ts';

// The whole of the file that is copied to a box.
process.exitCode = await runAgent(process.argv.slice(2));

import { loadConfig } from '#foundation/platform/config.ts';
import type { Finding } from './doctor/finding.ts';
import { lookAtDatabase } from './doctor/look-at-database.ts';
import { lookAtMachine } from './doctor/look-at-machine.ts';
import { lookAtProgram } from './doctor/look-at-program.ts';

/** Looks at everything and changes nothing; 1 when something does not work. */
export async function doctor(asJson: boolean): Promise<number> {
  const loaded = loadConfig(process.env);
  const findings = [
    ...(await lookAtProgram(loaded.config.databaseUrl === null)),
    ...(await lookAtMachine(loaded.config)),
    ...(await lookAtDatabase(loaded)),
  ];
  console.log(asJson ? JSON.stringify(findings, null, 2) : toText(findings));
  return findings.some(({ verdict }) => verdict === 'fail') ? 1 : 0;
}

function toText(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ what }) => what.length));
  return findings
    .map(({ what, verdict, found, remedy }) => {
      const line = `${verdict.padEnd(4)}  ${what.padEnd(width)}  ${found}`;
      return remedy === null ? line : `${line}\n${' '.repeat(width + 8)}-> ${remedy}`;
    })
    .join('\n');
}

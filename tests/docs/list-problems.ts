import { commonProblems, type Problem, type Problems } from '#foundation/kernel/outcome.ts';
import { page, table } from './markdown.ts';
import { importFile, roomOf, sourceFiles } from './source-files.ts';

type Row = Problem & { readonly code: string; readonly room: string };

/** docs/problems.md: every code that any room may answer with. */
export async function problemsPage(): Promise<string> {
  const rows: Row[] = rowsOf(commonProblems, 'every room');
  for (const file of sourceFiles('src/**/problems.ts')) {
    for (const exported of Object.values(await importFile(file)))
      rows.push(
        ...rowsOf(exported as Problems, roomOf(file)).filter(({ code }) => !isCommon(code)),
      );
  }
  return page('Problems', '`commonProblems` and every `problems.ts`', [
    'A request that is refused is answered with `application/problem+json` (RFC 9457): `title`, `status`, `detail` (what happened, what was kept, what to do), sometimes `field`, and `error: {code, message, status}`. Programs decide by `error.code`; sentences may change. A batch of plays answers 200 and carries the codes in its results.',
    table(
      ['code', 'status', 'title', 'room'],
      rows.map(({ code, status, title, room }) => [`\`${code}\``, String(status), title, room]),
    ),
  ]);
}

function rowsOf(problems: Problems, room: string): Row[] {
  return Object.entries(problems)
    .sort(([a, { status: x }], [b, { status: y }]) => x - y || (a < b ? -1 : 1))
    .map(([code, problem]) => ({ ...problem, code, room }));
}

function isCommon(code: string): boolean {
  return Object.hasOwn(commonProblems, code);
}

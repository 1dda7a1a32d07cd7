import { everyScreen } from './every-screen.ts';
import { people } from './small-country.ts';

everyScreen('Money', (made) => [
  [null, ['/app/money']],
  [
    people.society.email,
    [
      '/app/money/runs',
      '/app/money/runs/new',
      `/app/money/runs/${made.runId}`,
      '/app/money/ledger',
    ],
  ],
  [people.artist.email, ['/app/money/statements', `/app/money/statements/${made.statementId}`]],
]);

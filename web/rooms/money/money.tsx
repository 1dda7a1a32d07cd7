import type { ReactNode } from 'react';
import { Room, type Screen } from '../../kit/room.tsx';
import { Ledger } from './ledger.tsx';
import { NewRun } from './new-run.tsx';
import { Run } from './run.tsx';
import { Runs } from './runs.tsx';
import { Statement } from './statement.tsx';
import { Statements } from './statements.tsx';
import './money.css';
import { useWords } from './words.ts';

const screens = [
  { path: '/app/money/runs', name: 'money.runs', needs: 'runs.read', show: () => <Runs /> },
  { path: '/app/money/runs/new', needs: 'runs.create', show: () => <NewRun /> },
  { path: '/app/money/runs/:id', needs: 'runs.read', show: ({ id = '' }) => <Run id={id} /> },
  {
    path: '/app/money/statements',
    name: 'money.statements',
    needs: 'statements.own',
    show: () => <Statements />,
  },
  {
    path: '/app/money/statements/:id',
    needs: 'statements.own',
    show: ({ id = '' }) => <Statement id={id} />,
  },
  { path: '/app/money/ledger', name: 'money.ledger', needs: 'ledger.read', show: () => <Ledger /> },
] as const satisfies readonly Screen[];

export function Money(): ReactNode {
  const { t } = useWords();
  return <Room path="/app/money" name="room.money" screens={screens} t={t} />;
}

import type { ReactNode } from 'react';
import { Claims } from '../../kit/claims.ts';
import { Room, type Screen } from '../../kit/room.tsx';
import { Audit } from './audit.tsx';
import { Findings } from './findings.tsx';
import { Health } from './health.tsx';
import { Import } from './import.tsx';
import { Imports } from './imports.tsx';
import { Jobs } from './jobs.tsx';
import { Users } from './users.tsx';
import './admin.css';
import { useWords } from './words.ts';

const screens = [
  { path: '/app/admin/users', name: 'admin.users', needs: 'users.read', show: () => <Users /> },
  {
    path: '/app/admin/imports',
    name: 'admin.imports',
    needs: 'media.import',
    show: () => <Imports />,
  },
  {
    path: '/app/admin/imports/:id',
    needs: 'media.import',
    show: ({ id = '' }) => <Import id={id} />,
  },
  {
    path: '/app/admin/findings',
    name: 'findings.title',
    needs: 'catalog.edit',
    show: () => <Findings />,
  },
  {
    path: '/app/admin/claims',
    name: 'claims.title',
    needs: 'catalog.edit',
    show: () => <Claims />,
  },
  { path: '/app/admin/jobs', name: 'admin.jobs', needs: 'jobs.read', show: () => <Jobs /> },
  {
    path: '/app/admin/health',
    name: 'admin.health',
    needs: 'settings.read',
    show: () => <Health />,
  },
  { path: '/app/admin/audit', name: 'admin.audit', needs: 'audit.read', show: () => <Audit /> },
] as const satisfies readonly Screen[];

export function Admin(): ReactNode {
  const { t } = useWords();
  return <Room path="/app/admin" name="room.admin" screens={screens} t={t} />;
}

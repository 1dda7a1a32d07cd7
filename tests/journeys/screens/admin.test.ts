import { everyScreen } from './every-screen.ts';
import { adminEmail } from './small-country.ts';

everyScreen('Admin', (made) => [
  [
    adminEmail,
    [
      '/app/admin/users',
      '/app/admin/imports',
      `/app/admin/imports/${made.importId}`,
      '/app/admin/findings',
      '/app/admin/claims',
      '/app/admin/jobs',
      '/app/admin/health',
      '/app/admin/audit',
    ],
  ],
]);

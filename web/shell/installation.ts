import { Type } from 'typebox';
import { anyone, endpoint } from '#foundation/kernel/endpoint.ts';

export const readInstallation = endpoint(
  'GET',
  '/api/v1/installation',
  { access: anyone, summary: 'What this installation is: a demo or not, and its version' },
  { reply: Type.Object({ demo: Type.Boolean(), version: Type.String() }) },
);

import type { Room } from '#foundation/platform/room.ts';
import type { RoomPermissions } from '#people/accounts/index.ts';
import type { AnalyticsContext } from './context.ts';
import { serveAnalytics } from './http.ts';

const permissions: RoomPermissions = {
  'analytics.read': {
    roles: ['artist', 'label', 'society', 'analyst', 'moderator', 'admin'],
    meaning: 'read figures of artists on outside platforms',
  },
};

export function openAnalytics(needs: AnalyticsContext): Room {
  return { name: 'analytics', serve: (kit) => serveAnalytics(kit, needs), permissions };
}

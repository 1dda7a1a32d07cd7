import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Counter } from 'prom-client';
import { gatherRooms, ratesOf, type Room } from './room.ts';

const rain: Room = {
  name: 'weather',
  tasks: [{ name: 'weather.look', attemptsMax: 1, run: async () => {} }],
  subscribers: [{ name: 'weather', topic: 'test.fell', handle: async () => {} }],
  permissions: { 'rain.read': { roles: ['listener'], meaning: 'see the rain' } },
  metrics: [new Counter({ name: 'ngoma_rain_total', help: 'days of rain', registers: [] })],
  rates: { '/api/v1/rain': { requests: 5, windowS: 60 } },
};

test('what two rooms declare under one name is refused with the names of both', () => {
  for (const [what, room] of Object.entries({
    'the room weather': { name: 'weather' },
    'the task weather.look': { name: 'climate', tasks: rain.tasks! },
    'the subscription of weather to test.fell': {
      name: 'climate',
      subscribers: rain.subscribers!,
    },
    'the metric ngoma_rain_total': { name: 'climate', metrics: rain.metrics! },
    'the permission rain.read': { name: 'climate', permissions: rain.permissions! },
    'the rate of /api/v1/rain': { name: 'climate', rates: rain.rates! },
  } satisfies Record<string, Room>)) {
    const { add } = gatherRooms();
    add(rain);
    assert.throws(() => add(room), {
      message: `${what} is declared by the room ${room.name} and by the room weather`,
    });
  }
});

test('a permission says which room declares it', () => {
  const { add, permissions } = gatherRooms();
  add(rain);
  assert.deepEqual(permissions.get('rain.read'), {
    roles: ['listener'],
    meaning: 'see the rain',
    room: 'weather',
  });
});

test('rates of all rooms are one table', () => {
  const snow: Room = { name: 'snow', rates: { '/api/v1/snow': { requests: 1, windowS: 1 } } };
  assert.deepEqual(ratesOf([rain, { name: 'quiet' }, snow]), { ...rain.rates, ...snow.rates });
});

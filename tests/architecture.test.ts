import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readHouse } from './house/read-house.ts';
import { ruleOf } from './house/list-rules.ts';

// The house is what tests/house.ts says it is. The rules are functions of what was read; tests/house/planted.test.ts
// hands them sources that break them.

const house = await readHouse();

for (const [title, rule] of Object.entries(ruleOf))
  test(title, () => assert.deepEqual(rule(house), []));

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

// What is committed is read by strangers: no folder of whoever built it, no address of a registry, no key.

const root = path.resolve(import.meta.dirname, '..');
const textBytesMax = 4 * 1024 * 1024;

// Written in pieces, or this file would be its own first finding.
const forbidden: readonly (readonly [what: string, pattern: RegExp])[] = [
  [
    'a folder of a build machine',
    /(?<![\w.\]}~-])\/(?:work|root|home\/[a-z][\w-]*|Users\/[A-Za-z][\w-]*)\/[\w.-]/,
  ],
  [
    'the host of a package registry',
    /\b(?:registry|npm|artifactory|nexus|verdaccio)\.[a-z0-9-]+\.[a-z]{2,}/i,
  ],
  ['a private key', /-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----\s*[A-Za-z0-9+/]/],
  ['a key of a cloud provider', /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/],
  [
    'a token of a forge or registry',
    /\b(?:gh[pousr]_\w{36}|github_pat_\w{22,}|npm_[A-Za-z0-9]{36}|glpat-[\w-]{20,})\b/,
  ],
];

function committedFiles(): readonly string[] {
  const list = spawnSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' });
  return list.status === 0 ? list.stdout.split('\0').filter(Boolean) : [];
}

function findingsIn(text: string): readonly string[] {
  return forbidden.flatMap(([what, pattern]) => {
    const match = pattern.exec(text);
    return match === null ? [] : [`${what}: ${match[0].slice(0, 60)}`];
  });
}

test('nothing committed names a build machine or a registry, or holds a key', (t) => {
  const files = committedFiles();
  if (files.length === 0) return t.skip('not a git checkout');
  const findings: string[] = [];
  let looked = 0;
  for (const file of files) {
    let bytes: Buffer;
    try {
      bytes = readFileSync(path.join(root, file));
    } catch {
      continue; // deleted and not yet committed
    }
    if (bytes.length > textBytesMax || bytes.includes(0)) continue;
    looked += 1;
    for (const finding of findingsIn(bytes.toString('utf8'))) findings.push(`${file}: ${finding}`);
  }
  assert.ok(looked > 100, `only ${looked} files were looked at`);
  assert.deepEqual(findings, []);
});

test('the lockfile names packages and hashes, and no place they come from', () => {
  const lock = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')) as {
    packages: Readonly<Record<string, { resolved?: string; integrity?: string }>>;
  };
  const packages = Object.entries(lock.packages).filter(([name]) => name !== '');
  assert.ok(packages.length > 100);
  for (const [name, { resolved, integrity }] of packages) {
    assert.equal(resolved, undefined, name);
    assert.ok(integrity !== undefined, `${name} has no hash`);
  }
});

test('what is forbidden is found, and what only looks like it is not', () => {
  const bad = [
    ['cd /', 'work/main'],
    ['"/', 'home/amina/ngoma"'],
    ['/', 'root/.npmrc'],
    ['https://', 'registry', '.npmjs.org/pg'],
    ['-----BEGIN ', 'PRIVATE KEY-----\nMIIE'],
    ['AKIA', 'ABCDEFGHIJKLMNOP'],
  ];
  for (const parts of bad) assert.equal(findingsIn(parts.join('')).length, 1, parts.join(''));
  for (const text of [
    '/api/v1/work/a',
    'the home/work split',
    '/var/tmp/ngoma-x',
    '~/work/notes',
    'node/root/x',
  ])
    assert.deepEqual(findingsIn(text), [], text);
});

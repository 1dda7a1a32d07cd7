import assert from 'node:assert/strict';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { aRecording } from '#counting/plays/testing.ts';
import { aScrobbler, evidence, openHouse, type House } from './testing.ts';

// Programs that others wrote, pointed at us unchanged.

function has(program: string, ...args: readonly string[]): boolean {
  const { error, status } = spawnSync(program, args, { timeout: 10_000 });
  return error === undefined && status === 0;
}

// The first python may be one that Debian's packages do not belong to.
const python = ['python3', '/usr/bin/python3'].find((name) => has(name, '-c', 'import pylast'));
const hasMpd = has('mpd', '--version') && has('mpc', 'help') && has('mpdscribble', '--version');

async function listen(house: House): Promise<string> {
  await house.app.listen({ host: '127.0.0.1', port: 0 });
  return `http://127.0.0.1:${(house.app.server.address() as AddressInfo).port}`;
}

/** Its clock is the programs' clock. */
const realTime = (): { now: number } => ({ now: Date.now() });

test(
  'pylast signs in by password and by web token, scrobbles, and reads its listens back',
  { skip: python === undefined ? 'python3-pylast is not installed' : false },
  async (t) => {
    const house = await openHouse(t, realTime());
    const url = new URL(await listen(house));
    const ines = await aScrobbler(house);
    // pylast speaks TLS only; here it is given a plain connection instead, and everything else is its own.
    const script = `
import json, sys, time, http.client, pylast
pylast.HTTPSConnection = lambda context=None, host=None, port=None: http.client.HTTPConnection(host)
user, token, key, secret = sys.argv[2:]
class Ngoma(pylast.LastFMNetwork):
    def __init__(self, **how):
        super().__init__(api_key=key, api_secret=secret)
        self.ws_server = (sys.argv[1], "/2.0/")
        self.homepage = "http://" + sys.argv[1]
net = Ngoma()
keys = pylast.SessionKeyGenerator(net)
by_password = keys.get_session_key(user, pylast.md5(token))
by_web = keys.get_web_auth_session_key(keys.get_web_auth_url())
net.session_key = by_web
now = int(time.time())
net.update_now_playing("Bruce Melodie", "Now", duration=200)
net.scrobble("Bruce Melodie", "Katerina", now - 300, album="Sample & Co", duration=222)
net.session_key = by_password
net.scrobble_many([{"artist": "Knowless", "title": "Song %d" % i, "timestamp": now - 90000 + i * 200} for i in range(60)])
recent = net.get_user(user).get_recent_tracks(limit=3)
try:
    net.session_key = "0" * 64
    net.scrobble("x", "y", now)
    refused = None
except pylast.WSError as error:
    refused = str(error.status)
print(json.dumps({"recent": [[str(r.track.artist), r.track.title, r.album, int(r.timestamp) - now] for r in recent], "refused": refused}))
`;
    const { userName, token, apiKey, sharedSecret } = ines;
    const { stdout } = await run(python!, [
      '-c',
      script,
      url.host,
      userName,
      token,
      apiKey,
      sharedSecret,
    ]);
    const told = JSON.parse(stdout) as { recent: unknown[][]; refused: string };
    assert.deepEqual(told.recent[0], ['Bruce Melodie', 'Katerina', 'Sample & Co', -300]);
    assert.equal(told.refused, '9');
    assert.equal(house.ctx.nowPlaying.get(ines.userId)!.track_name, 'Now');
    assert.equal((await evidence(house, ines)).length, 61);
  },
);

test(
  'mpd with mpdscribble: a track heard for more than half is counted once',
  { skip: hasMpd ? false : 'mpd, mpc or mpdscribble is not installed', timeout: 120_000 },
  async (t) => {
    const house = await openHouse(t, realTime());
    const url = await listen(house);
    const ines = await aScrobbler(house);
    const recordingId = await aRecording(house.db, { title: 'Katerina', artist: 'Bruce Melodie' });
    const dir = await mkdtemp(path.join(os.tmpdir(), 'ngoma-mpd-'));
    t.after(() => rm(dir, { recursive: true, force: true }));
    const socket = path.join(dir, 'socket');
    await writeFile(path.join(dir, 'katerina.wav'), composeWav(31, 'Katerina', 'Bruce Melodie'));
    await writeFile(path.join(dir, 'other.wav'), composeWav(31, 'Another', 'Bruce Melodie'));
    const mpdConf = path.join(dir, 'mpd.conf');
    await writeFile(
      mpdConf,
      `music_directory "${dir}"\ndb_file "${dir}/db"\nbind_to_address "${socket}"\nlog_file "${dir}/log"\naudio_output {\n  type "null"\n  name "null"\n}\n`,
    );
    const scribbleConf = path.join(dir, 'mpdscribble.conf');
    await writeFile(
      scribbleConf,
      `log = ${dir}/scribble.log\nverbose = 2\nhost = ${socket}\n[ngoma]\nurl = ${url}/\nusername = ${ines.userName}\npassword = ${ines.token}\njournal = ${dir}/journal\n`,
    );
    start(t, 'mpd', ['--no-daemon', mpdConf]);
    const mpc = (...args: string[]) => run('mpc', ['-h', socket, ...args]);
    await until(async () => (await mpc('version').catch(() => null)) !== null);
    await mpc('update', '--wait');
    start(t, 'mpdscribble', ['--no-daemon', '--conf', scribbleConf]);
    await new Promise((resolve) => setTimeout(resolve, 2_000)); // until it listens to mpd
    await mpc('add', 'katerina.wav');
    await mpc('add', 'other.wav');
    await mpc('play');
    await until(async () => house.ctx.nowPlaying.get(ines.userId)?.track_name === 'Katerina');
    await new Promise((resolve) => setTimeout(resolve, 17_000)); // half of 31 s is the protocol's rule
    await mpc('next');
    await until(async () => (await evidence(house, ines)).length > 0);
    await until(async () => house.ctx.nowPlaying.get(ines.userId)?.track_name === 'Another');
    await mpc('stop'); // heard too short to be a listen
    const plays = await evidence(house, ines);
    assert.deepEqual(
      plays.map((play) => [play.recordingId, play.source, play.state, play.playedMs]),
      [[recordingId, 5, 0, 31_000]],
    );
  },
);

function start(t: TestContext, program: string, args: readonly string[]): ChildProcess {
  const child = spawn(program, args, { stdio: 'ignore' });
  t.after(
    () =>
      new Promise<void>((resolve) => {
        if (child.exitCode !== null) return resolve();
        child.once('exit', () => resolve());
        child.kill('SIGKILL');
      }),
  );
  return child;
}

async function run(program: string, args: readonly string[]): Promise<{ stdout: string }> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const [out, err]: [Buffer[], Buffer[]] = [[], []];
  child.stdout.on('data', (bytes: Buffer) => out.push(bytes));
  child.stderr.on('data', (bytes: Buffer) => err.push(bytes));
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject).once('close', resolve);
  });
  if (code !== 0) throw new Error(`${program}: ${Buffer.concat(err).toString()}`);
  return { stdout: Buffer.concat(out).toString() };
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error('it did not happen within 30 s');
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** Silence with a title and an artist: RIFF WAVE, 8 kHz, 16 bit, mono, tags in LIST INFO. */
function composeWav(seconds: number, title: string, artist: string): Buffer {
  const chunk = (id: string, body: Buffer): Buffer => {
    const head = Buffer.alloc(8);
    head.write(id, 0, 'latin1');
    head.writeUInt32LE(body.length, 4);
    return Buffer.concat([head, body, Buffer.alloc(body.length % 2)]);
  };
  const format = Buffer.alloc(16);
  format.writeUInt16LE(1, 0);
  format.writeUInt16LE(1, 2);
  format.writeUInt32LE(8_000, 4);
  format.writeUInt32LE(16_000, 8);
  format.writeUInt16LE(2, 12);
  format.writeUInt16LE(16, 14);
  const text = (id: string, value: string): Buffer => chunk(id, Buffer.from(`${value}\0`));
  const info = Buffer.concat([Buffer.from('INFO'), text('INAM', title), text('IART', artist)]);
  return chunk(
    'RIFF',
    Buffer.concat([
      Buffer.from('WAVE'),
      chunk('fmt ', format),
      chunk('LIST', info),
      chunk('data', Buffer.alloc(seconds * 16_000)),
    ]),
  );
}

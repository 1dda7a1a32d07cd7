import assert from 'node:assert/strict';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, type AddressInfo } from 'node:net';
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
const hasMpd = has('mpd', '--version') && has('mpdscribble', '--version');

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
  'mpd with mpdscribble: what it kept while we were away is counted once, and what plays is shown until it is skipped',
  { skip: hasMpd ? false : 'mpd or mpdscribble is not installed', timeout: 120_000 },
  async (t) => {
    const house = await openHouse(t, realTime());
    const url = await listen(house);
    const ines = await aScrobbler(house);
    const recordingId = await aRecording(house.db, { title: 'Katerina', artist: 'Bruce Melodie' });
    const dir = await mkdtemp(path.join(os.tmpdir(), 'ngoma-mpd-'));
    t.after(() => rm(dir, { recursive: true, force: true }));
    const socket = path.join(dir, 'socket');
    for (const title of ['Amahoro', 'Another'])
      await writeFile(path.join(dir, `${title}.wav`), composeWav(31, title, 'Bruce Melodie'));
    const mpdConf = path.join(dir, 'mpd.conf');
    await writeFile(
      mpdConf,
      `music_directory "${dir}"\ndb_file "${dir}/db"\nbind_to_address "${socket}"\nlog_file "${dir}/log"\naudio_output {\n  type "null"\n  name "null"\n}\n`,
    );
    // Its own file of listens that were not taken: one that it heard to the half, kept twice as after a crash.
    const startedAt = Math.floor(Date.now() / 1_000) - 600;
    const kept = `a = Bruce Melodie\nt = Katerina\ni = ${startedAt}\nl = 31\no = P\n\n`;
    await writeFile(path.join(dir, 'journal'), kept + kept);
    const scribbleConf = path.join(dir, 'mpdscribble.conf');
    await writeFile(
      scribbleConf,
      `log = ${dir}/scribble.log\nverbose = 2\nhost = ${socket}\n[ngoma]\nurl = ${url}/\nusername = ${ines.userName}\npassword = ${ines.token}\njournal = ${dir}/journal\n`,
    );
    start(t, 'mpd', ['--no-daemon', mpdConf]);
    await until(async () => (await askMpd(socket, 'ping').catch(() => null)) !== null);
    await askMpd(socket, 'update');
    await until(async () => !(await askMpd(socket, 'status')).includes('updating_db'));
    start(t, 'mpdscribble', ['--no-daemon', '--conf', scribbleConf]);
    await until(async () => (await evidence(house, ines)).length > 0);
    await askMpd(socket, 'add Amahoro.wav', 'add Another.wav', 'play');
    await until(async () => house.ctx.nowPlaying.get(ines.userId)?.track_name === 'Amahoro');
    await askMpd(socket, 'next'); // heard too short to be a listen
    await until(async () => house.ctx.nowPlaying.get(ines.userId)?.track_name === 'Another');
    await askMpd(socket, 'stop');
    const plays = await evidence(house, ines);
    assert.deepEqual(
      plays.map((play) => [play.recordingId, play.source, play.state, play.playedMs]),
      [[recordingId, 5, 0, 31_000]],
    );
  },
);

/** Says one command after the other to mpd as its clients do: a line each, answered by lines up to OK or ACK. */
function askMpd(socket: string, ...commands: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const stream = connect(socket);
    let said = '';
    stream.once('error', reject).on('data', (bytes: Buffer) => {
      said += bytes.toString();
      const ends = said.match(/^(OK|ACK).*\n/gm) ?? [];
      if (ends.length > commands.length || ends.at(-1)?.startsWith('ACK') === true) {
        stream.destroy();
        if (said.includes('ACK')) reject(new Error(said));
        else resolve(said);
      }
    });
    stream.write(commands.map((command) => `${command}\n`).join(''));
  });
}

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

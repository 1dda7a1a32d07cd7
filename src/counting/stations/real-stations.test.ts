import assert from 'node:assert/strict';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import net, { type AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { until } from './testing.ts';
import { watchStation, type StationLive } from './watch-station.ts';

// Against a real Icecast server fed by a real source client.

function missing(program: string, ...args: string[]): string | false {
  const run = spawnSync(program, args, { timeout: 20_000 });
  return run.error === undefined ? false : `no ${program} on this machine`;
}
const skip = missing('icecast2', '-v') || missing('ffmpeg', '-version');

const folder = await mkdtemp(path.join(os.tmpdir(), 'ngoma-radio-'));
const children: ChildProcess[] = [];
after(async () => {
  for (const child of children) child.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

async function startIcecast(): Promise<number> {
  const port = await freePort();
  await chmod(folder, 0o777);
  const owner =
    process.getuid?.() === 0
      ? '<changeowner><user>nobody</user><group>nogroup</group></changeowner>'
      : '';
  await writeFile(
    path.join(folder, 'icecast.xml'),
    `<icecast><limits><sources>4</sources></limits>
     <authentication><source-password>s</source-password><admin-user>admin</admin-user><admin-password>a</admin-password></authentication>
     <hostname>localhost</hostname><listen-socket><port>${port}</port><bind-address>127.0.0.1</bind-address></listen-socket>
     <paths><logdir>${folder}</logdir><webroot>/usr/share/icecast2/web</webroot><adminroot>/usr/share/icecast2/admin</adminroot></paths>
     <logging><errorlog>error.log</errorlog><accesslog>access.log</accesslog></logging>
     <security><chroot>0</chroot>${owner}</security></icecast>`,
  );
  children.push(spawn('icecast2', ['-c', path.join(folder, 'icecast.xml')], { stdio: 'ignore' }));
  await until(
    async () => (await fetch(`http://127.0.0.1:${port}/status-json.xsl`).catch(() => null))?.ok,
  );
  return port;
}

function send(port: number, codec: readonly string[]): ChildProcess {
  const source = spawn(
    'ffmpeg',
    [
      '-v',
      'error',
      '-re',
      '-f',
      'lavfi',
      '-i',
      'anoisesrc=r=44100:a=0.2',
      ...codec,
      `icecast://source:s@127.0.0.1:${port}/radio`,
    ],
    { stdio: 'ignore' },
  );
  children.push(source);
  return source;
}

for (const [name, codec, format] of [
  [
    'MP3 with ICY titles',
    ['-c:a', 'libmp3lame', '-f', 'mp3', '-content_type', 'audio/mpeg'],
    'mp3',
  ],
  ['Ogg Vorbis', ['-c:a', 'libvorbis', '-f', 'ogg', '-content_type', 'application/ogg'], 'ogg'],
] as const) {
  test(
    `a station of a real Icecast in ${name} is heard, lost with its source and found again`,
    { skip, timeout: 60_000 },
    async () => {
      const port = await startIcecast();
      let source = send(port, codec);
      await until(async () => {
        const status = await fetch(`http://127.0.0.1:${port}/status-json.xsl`);
        return (await status.text()).includes('/radio');
      }, 20_000);
      const titles: string[] = [];
      let samples = 0;
      const watch = watchStation(
        { url: `http://127.0.0.1:${port}/radio`, allowPrivate: true },
        {
          connected: () => {},
          hear: (pcm) => void (samples += pcm.length),
          title: (title) => void titles.push(title),
          live: () => ({ silentMs: 0, heardMs: samples / 16 }),
        },
        { now: Date.now, retryFirstMs: 200 },
      );
      try {
        const isRunning = (): StationLive | false =>
          watch.live().health === 'running' && watch.live();
        // Until the source is there the address is wrong; somebody who adds a station sees that at once.
        const live = await until(isRunning, 20_000).catch(() => watch.live());
        assert.deepEqual([live.health, live.format, live.trouble], ['running', format, null]);
        await until(() => samples > 32_000);
        if (format === 'mp3') {
          await fetch(
            `http://127.0.0.1:${port}/admin/metadata?mount=/radio&mode=updinfo&song=Keza+-+Umunsi`,
            {
              headers: { authorization: `Basic ${Buffer.from('admin:a').toString('base64')}` },
            },
          );
          await until(() => titles.includes('Keza - Umunsi'), 20_000);
        }
        source.kill('SIGKILL');
        await until(() => watch.live().health === 'unreachable', 20_000);
        source = send(port, codec);
        await until(isRunning, 20_000);
        assert.ok(watch.live().connections >= 2);
      } finally {
        await watch.stop();
        source.kill('SIGKILL');
        for (const child of children) child.kill('SIGKILL');
      }
    },
  );
}

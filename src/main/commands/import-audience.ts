import { readFileSync } from 'node:fs';
import path from 'node:path';
import { loadConfig } from '#foundation/platform/config.ts';
import { metricDef, metricDefs, storeFacts } from '#market/audience/index.ts';
import { readSoundcharts } from '#market/harvest/index.ts';
import { say, withDatabase } from './with-database.ts';

export type ImportAudienceOptions = {
  readonly source: string | null;
  readonly metric: string | null;
  readonly platform: string | null;
  readonly asJson: boolean;
};

/** Keeps the series of recorded bodies. Exit 1 where a file is refused; the others are kept. */
export async function importAudience(
  files: readonly string[],
  options: ImportAudienceOptions,
): Promise<number> {
  if (options.source !== 'soundcharts') {
    console.error('ngoma audience import needs --source soundcharts.');
    return 1;
  }
  if (options.metric !== null && metricDef(options.metric) === undefined) {
    console.error(`--metric is one of ${metricDefs.map((def) => def.metric).join(', ')}.`);
    return 1;
  }
  return withDatabase('make', loadConfig(process.env), async (db) => {
    let failed = 0;
    for (const file of files) {
      const hints = hintsIn(path.basename(file));
      const body = readSoundcharts(readFileSync(file, 'utf8'), {
        metric: options.metric ?? hints.metric,
        platform: options.platform ?? hints.platform,
      });
      const stored =
        body.kind === 'refused'
          ? body
          : await storeFacts({ db, demo: false }, body.facts, {
              provenance: 'import',
              payloadId: null,
            });
      if (stored.kind === 'refused') {
        say(`${file}: ${stored.detail}`);
        failed += 1;
        continue;
      }
      if (body.kind === 'facts' && body.assumed.length > 0)
        say(
          `${file}: the body does not say it, so this was assumed: ${body.assumed.join(', ')}. --metric and --platform say otherwise.`,
        );
      const { entity, platform } = (body.kind === 'facts' ? body.facts[0]! : null)!;
      const report = {
        file,
        type: entity.type,
        name: entity.name,
        platform,
        entityId: stored.entityId,
        artists: stored.artists,
        series: stored.series,
        points: stored.points,
        corrected: stored.corrected,
        repeated: stored.repeated,
      };
      console.log(
        options.asJson
          ? JSON.stringify(report)
          : `${entity.name}: ${stored.points} figures of ${platform} in ${stored.series} series (${stored.repeated} known before, ${stored.corrected} corrected); artist ${stored.artists.join(', ')}`,
      );
    }
    return failed > 0 ? 1 : 0;
  });
}

/** Recorded bodies often carry in their name what their address said. */
function hintsIn(name: string): {
  readonly metric: string | null;
  readonly platform: string | null;
} {
  const metric = /listeners/i.test(name)
    ? 'monthly_listeners'
    : /popularity/i.test(name)
      ? 'popularity'
      : /followers/i.test(name)
        ? 'followers'
        : null;
  const platform =
    /spotify|youtube|instagram|tiktok|deezer|shazam|soundcloud|audiomack|boomplay/i.exec(
      name,
    )?.[0] ?? null;
  return { metric, platform: platform?.toLowerCase() ?? null };
}

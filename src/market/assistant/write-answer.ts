import type { Answered, Plan } from '#market/analytics/index.ts';
import { forecastNext } from './forecast-next.ts';
import type { Language } from './language.ts';
import { day, format, number, percent, signed, unitOf, type Piece } from './pieces.ts';
import type { NotUnderstood, Understood } from './read-question.ts';

// An answer is made of pieces. Sentences of ours hold no digit; every number, day and name is put in from a row, a plan or the table of
// metrics. So no number can stand there that nobody measured, and `pieces` says which row each came from.

export type Written = {
  readonly text: string;
  readonly pieces: readonly Piece[];
  readonly followUps: readonly string[];
};

export type Compared = { readonly before: Answered };

/** Puts pieces together. A sentence of ours with a digit in it is a bug, and no answer. */
export function join(pieces: readonly Piece[]): string {
  for (const piece of pieces)
    if (piece.kind === 'words' && /\p{N}/u.test(piece.text))
      throw new Error(`a sentence of the assistant holds a number: ${piece.text}`);
  return pieces.map(({ text }) => text).join('');
}

const say = (text: string): Piece => ({ kind: 'words', text });
const name = (text: string): Piece => ({ kind: 'name', text });
const listedMax = 10;

export function writeAnswer(
  asked: Understood,
  answered: Answered,
  compared: Compared | null,
): Written {
  const { language } = asked;
  const pieces = bodyOf(asked, answered, compared);
  return { text: join(pieces), pieces, followUps: followUpsOf(asked, answered, language) };
}

function bodyOf(
  asked: Understood,
  answered: Answered,
  compared: Compared | null,
): readonly Piece[] {
  const { language, intent } = asked;
  const fr = language === 'fr';
  const { rows } = answered;
  if (rows.length === 0)
    return [
      say(fr ? 'Il n’y a pas de chiffres de ' : 'There are no figures of '),
      name(unitOf(answered, language)),
      ...about(asked),
      ...when(answered.plan, language),
      say(
        fr
          ? '. Choisissez une autre période ou un autre nom, ou faites récupérer ce qui manque dans Analyses.'
          : '. Ask for another period or name, or have what is missing fetched in Analytics.',
      ),
    ];
  if (intent === 'forecast') return forecast(asked, answered);
  if (intent === 'change' && compared !== null) return change(asked, answered, compared);
  if (answered.plan.dimensions.length > 0) return list(asked, answered);
  if (rows.length > 1) return trend(asked, answered);
  return [
    ...lead(asked),
    number(answered, 0, language),
    say(' '),
    name(unitOf(answered, language)),
    ...interval(answered, 0, language),
    ...about(asked),
    ...when(answered.plan, language, rows[0]!.at),
    say('.'),
  ];
}

function list(asked: Understood, answered: Answered): readonly Piece[] {
  const { language } = asked;
  const total = answered.rows.reduce((sum, row) => sum + row.value, 0);
  const isShare = asked.intent === 'share' && answered.metric.kind !== 'level' && total > 0;
  const shown = answered.rows.slice(0, listedMax);
  return [
    name(unitOf(answered, language, true)),
    ...about(asked),
    ...when(answered.plan, language),
    say(language === 'fr' ? ' : ' : ': '),
    ...shown.flatMap((row, i): Piece[] => [
      say(i === 0 ? '' : '; '),
      name(
        row.labels.map((label) => label ?? (language === 'fr' ? 'inconnu' : 'unknown')).join(', '),
      ),
      say(' '),
      number(answered, i, language),
      ...(row.at === null ? [] : [say(' ('), day(row.at, language), say(')')]),
      ...(isShare
        ? [
            say(' ('),
            { kind: 'number', text: percent(row.value / total, language), row: i } satisfies Piece,
            say(')'),
          ]
        : []),
    ]),
    say('.'),
  ];
}

function trend(asked: Understood, answered: Answered): readonly Piece[] {
  const { language } = asked;
  const fr = language === 'fr';
  const { rows } = answered;
  const last = rows.length - 1;
  const top = rows.reduce((best, row, i) => (row.value > rows[best]!.value ? i : best), 0);
  return [
    name(unitOf(answered, language, true)),
    ...about(asked),
    ...when(answered.plan, language),
    say(fr ? ' : de ' : ': from '),
    number(answered, 0, language),
    say(' ('),
    day(rows[0]!.at!, language),
    say(fr ? ') à ' : ') to '),
    number(answered, last, language),
    say(' ('),
    day(rows[last]!.at!, language),
    say(fr ? '), au plus ' : '), at most '),
    number(answered, top, language),
    say(' ('),
    day(rows[top]!.at!, language),
    say(').'),
  ];
}

function change(asked: Understood, answered: Answered, { before }: Compared): readonly Piece[] {
  const { language } = asked;
  const fr = language === 'fr';
  const [now, then] = [sumOf(answered), sumOf(before)];
  const moved = contributions(answered, before).slice(0, 3);
  return [
    name(unitOf(answered, language, true)),
    ...about(asked),
    ...when(answered.plan, language),
    say(' : '.slice(fr ? 0 : 1)),
    { kind: 'number', text: format(now, language), row: 0 },
    say(fr ? ', contre ' : ', against '),
    { kind: 'number', text: format(then, language), row: 0 },
    ...when(before.plan, language),
    ...(then > 0
      ? [
          say(' ('),
          { kind: 'number', text: signed(now / then - 1, language), row: 0 } satisfies Piece,
          say(')'),
        ]
      : []),
    ...(moved.length > 0 ? [say(fr ? '. Surtout : ' : '. Most of it: ')] : []),
    ...moved.flatMap(({ label, delta }, i): Piece[] => [
      say(i === 0 ? '' : '; '),
      name(label),
      say(' '),
      { kind: 'number', text: `${delta > 0 ? '+' : ''}${format(delta, language)}`, row: i },
    ]),
    say('.'),
  ];
}

/** What each label added or took away, the largest first. */
function contributions(
  now: Answered,
  before: Answered,
): readonly { readonly label: string; readonly delta: number }[] {
  if (now.plan.dimensions.length === 0) return [];
  const labelOf = (labels: readonly (string | null)[]) => labels.map((l) => l ?? '–').join(', ');
  const deltas = new Map<string, number>();
  for (const row of now.rows) deltas.set(labelOf(row.labels), row.value);
  for (const row of before.rows)
    deltas.set(labelOf(row.labels), (deltas.get(labelOf(row.labels)) ?? 0) - row.value);
  return [...deltas]
    .map(([label, delta]) => ({ label, delta }))
    .filter(({ delta }) => delta !== 0)
    .toSorted((a, b) => Math.abs(b.delta) - Math.abs(a.delta));
}

function forecast(asked: Understood, answered: Answered): readonly Piece[] {
  const { language } = asked;
  const fr = language === 'fr';
  // The last bucket is not over and would pull everything down.
  const whole = answered.rows.slice(0, -1).map(({ value }) => value);
  const next = forecastNext(whole);
  if (next === null)
    return [
      say(
        fr
          ? 'Trop peu de périodes entières sont connues pour une prévision de '
          : 'Too few whole periods are known for a forecast of ',
      ),
      name(unitOf(answered, language)),
      ...about(asked),
      say('.'),
    ];
  const put = (value: number): Piece => ({
    kind: 'number',
    text: format(value, language),
    row: whole.length - 1,
  });
  return [
    name(unitOf(answered, language, true)),
    ...about(asked),
    say(fr ? ', période suivante : environ ' : ', next period: about '),
    put(next.value),
    say(fr ? ', entre ' : ', between '),
    put(next.low),
    say(fr ? ' et ' : ' and '),
    put(next.high),
    say(
      fr
        ? ' quatre fois sur cinq, si les pas restent ce qu’ils étaient.'
        : ' four times in five, if the steps stay what they were.',
    ),
  ];
}

export function writeDefinition(metric: Answered['metric'], language: Language): Written {
  const pieces: Piece[] = [
    name(metric.name.replaceAll('_', ' ')),
    say(language === 'fr' ? ' : ' : ': '),
    name(metric.meaning),
    say(language === 'fr' ? '. Se coupe par : ' : '. Can be cut by: '),
    name(metric.cuts.join(', ') || '–'),
    say('.'),
  ];
  return { text: join(pieces), pieces, followUps: [] };
}

export function writeRefusal({ language, why, word }: NotUnderstood): Written {
  const fr = language === 'fr';
  const quoted: readonly Piece[] = word === null ? [] : [say(' “'), name(word), say('”')];
  const pieces: readonly Piece[] =
    why === 'unknown name'
      ? [
          say(fr ? 'Personne ici ne connaît le nom' : 'Nobody here knows the name'),
          ...quoted,
          say(
            fr
              ? '. Écrivez-le comme dans le catalogue, ou importez ses chiffres d’abord.'
              : '. Write it as the catalogue does, or import its figures first.',
          ),
        ]
      : why === 'not of this metric'
        ? [
            say(fr ? 'Ce chiffre ne se restreint pas par' : 'This figure cannot be narrowed by'),
            ...quoted,
            say('.'),
          ]
        : [
            say(
              fr
                ? 'Je réponds sur les écoutes, les streams, les vues, les abonnés, les revenus et les emplois que cette installation connaît. Demandez par exemple les artistes les plus écoutés le mois dernier.'
                : 'I answer about plays, streams, views, followers, revenue and jobs that this installation knows. Ask, for example, for the most played artists last month.',
            ),
          ];
  return { text: join(pieces), pieces, followUps: [] };
}

function lead(asked: Understood): readonly Piece[] {
  return [say(asked.language === 'fr' ? 'Il y a eu ' : 'There were ')];
}

function about(asked: Understood): readonly Piece[] {
  const fr = asked.language === 'fr';
  const { territory, source, platform } = asked.plan.filters;
  return [
    ...asked.named.slice(0, 1).flatMap((one) => [say(fr ? ' de ' : ' of '), name(one.name)]),
    ...(platform === undefined ? [] : [say(fr ? ' sur ' : ' on '), name(platform)]),
    ...(source === undefined ? [] : [say(fr ? ', source ' : ', source '), name(source)]),
    ...(territory === undefined
      ? []
      : [
          say(fr ? ', pays ' : ', country '),
          name(
            new Intl.DisplayNames(asked.language, { type: 'region' }).of(territory) ?? territory,
          ),
        ]),
  ];
}

function when({ filters }: Plan, language: Language, at: string | null = null): readonly Piece[] {
  if (at !== null) return [say(' ('), day(at, language), say(')')];
  return [
    say(language === 'fr' ? ' du ' : ' from '),
    day(filters.from, language),
    say(language === 'fr' ? ' au ' : ' to '),
    day(filters.to, language),
  ];
}

function interval(answered: Answered, row: number, language: Language): readonly Piece[] {
  const between = answered.rows[row]!.interval;
  if (between === null) return [];
  const put = (value: number): Piece => ({ kind: 'number', text: format(value, language), row });
  return [
    say(language === 'fr' ? ' (entre ' : ' (between '),
    put(between.low),
    say(language === 'fr' ? ' et ' : ' and '),
    put(between.high),
    say(')'),
  ];
}

function sumOf(answered: Answered): number {
  return answered.rows.reduce((sum, row) => sum + row.value, 0);
}

function followUpsOf(asked: Understood, answered: Answered, language: Language): readonly string[] {
  const fr = language === 'fr';
  const { cuts, grains } = answered.metric;
  return [
    ...(grains.includes('week') && asked.intent !== 'trend'
      ? [fr ? 'Et par semaine ?' : 'And by week?']
      : []),
    ...(cuts.includes('source') && !asked.plan.dimensions.includes('source')
      ? [fr ? 'Répartition par source ?' : 'Breakdown by source?']
      : []),
    ...(asked.intent === 'change' || answered.metric.kind !== 'flow'
      ? []
      : [fr ? 'Qu’est-ce qui a changé ?' : 'What changed?']),
  ].slice(0, 3);
}

import type { Genre, Lead } from './genre.ts';
import { type Chord, type Key, scaleOf } from './harmony.ts';
import type { Random } from './random.ts';
import type { Note, Part, Section } from './score.ts';
import { letterOf } from './form.ts';
import { chordAt } from './write-chords.ts';
import { ladder, nearestRung } from './write-riff.ts';

type Motif = { readonly onsets: readonly number[]; readonly moves: readonly number[] };

/** Which motif each of four bars takes; null rests, or leaves the bar to the answer. */
const plans: readonly (readonly (number | null)[])[] = [
  [0, 1, 0, 2], [0, 0, 1, 2], [0, null, 1, null], [0, 1, 0, null], [0, 1, 2, null], [0, null, 0, 2],
];

type Tune = { readonly plan: readonly (number | null)[]; readonly motifs: readonly Motif[]; readonly lift: number };

export type Song = { readonly verse: Tune; readonly chorus: Tune; readonly break: Tune };

/** Verse low and talkative, chorus higher with one short hook, break for whoever solos. */
export function inventSong(genre: Genre, random: Random): Song {
  const tune = (lift: number, plan: readonly (number | null)[]): Tune => ({
    plan, lift, motifs: Array.from({ length: 3 }, () => motif(random, genre.melodyRhythms)),
  });
  return {
    verse: tune(-1, random.pick(plans)),
    chorus: tune(2, random.pick([[0, 1, 0, 2], [0, 0, 0, 1], [0, 1, 0, null]])),
    break: tune(1, random.pick(plans)),
  };
}

/** Steps mostly, a leap now and then, and after a leap back again: what voices do. */
function motif(random: Random, rhythms: readonly string[]): Motif {
  const rhythm = random.pick(rhythms);
  const onsets = [...rhythm].flatMap((letter, index) => (letter === 'x' ? [index] : []));
  const moves: number[] = [];
  let owed = 0;
  for (let i = 0; i < onsets.length; i++) {
    let move = owed !== 0 ? owed : random.pick([-1, -1, -1, 0, 0, 1, 1, 2, -2]);
    owed = 0;
    if (i > 0 && random.chance(0.12)) {
      move = random.pick([3, -3, 4]);
      owed = move > 0 ? -1 : 1;
    }
    moves.push(i === 0 ? 0 : move);
  }
  return { onsets, moves };
}

export function writeLead(lead: Lead, song: Song, genre: Genre, key: Key, sections: readonly Section[], chords: readonly Chord[], random: Random): Part {
  const scale = ladder(scaleOf(key, genre.melodyScale), lead.low, lead.high);
  const notes: Note[] = [];
  for (const section of sections) {
    for (let bar = 0; bar < section.bars; bar++) {
      const letter = letterOf(section, bar);
      if (!lead.where.includes(letter)) continue;
      const tune = letter === 'C' ? song.chorus : letter === 'V' ? song.verse : song.break;
      const barsPerMotif = genre.phraseBars / 4;
      const which = tune.plan[Math.floor(bar / barsPerMotif) % 4]!;
      if (which === null) continue;
      const endsPhrase = bar % genre.phraseBars === genre.phraseBars - 1;
      singBar(notes, tune, which, bar % barsPerMotif, (section.bar + bar) * genre.meter.stepsPerBar, genre, scale, chords, key, endsPhrase, section.pass, random);
    }
  }
  return { instrument: lead.instrument, notes: settle(notes, genre.meter.stepsPerBar) };
}

function singBar(notes: Note[], tune: Tune, which: number, repeat: number, from: number, genre: Genre, scale: readonly number[], chords: readonly Chord[], key: Key, endsPhrase: boolean, pass: number, random: Random): void {
  const motif = tune.motifs[which]!;
  const middle = Math.floor(scale.length / 2) + tune.lift + (repeat % 2);
  let rung = nearestRung(scale, scale[Math.min(scale.length - 1, middle)]!, chordAt(chords, from).tones);
  motif.onsets.forEach((onset, index) => {
    // A second verse is not sung like the first: a syllable less here and there.
    if (pass > 0 && index > 0 && random.chance(0.1)) return;
    rung = Math.max(0, Math.min(scale.length - 1, rung + motif.moves[index]!));
    const tones = chordAt(chords, from + onset).tones;
    const last = index === motif.onsets.length - 1;
    if (onset % (2 * genre.meter.stepsPerBeat) === 0 || last) rung = nearestRung(scale, scale[rung]!, tones);
    if (last && endsPhrase) rung = nearestRung(scale, scale[rung]!, tones.includes(key.tonic) ? [key.tonic] : tones);
    const next = motif.onsets[index + 1];
    const steps = next !== undefined ? next - onset : endsPhrase ? genre.meter.stepsPerBeat * 2 : genre.meter.stepsPerBeat;
    const accent = onset % genre.meter.stepsPerBeat === 0 ? 0.9 : 0.75;
    notes.push({ step: from + onset, steps, midi: scale[rung]!, velocity: accent * random.between(0.92, 1.06) });
  });
}

/** One voice sings one note at a time and takes breath: a note ends where the next begins, none lasts over a bar. */
function settle(notes: readonly Note[], longest: number): readonly Note[] {
  return notes.map((note, index) => {
    const next = notes[index + 1];
    const room = next === undefined ? longest : next.step - note.step;
    return { ...note, steps: Math.min(note.steps, room, longest) };
  });
}

/**
 * Voices under or between a lead. Where the lead rests they answer with a motif of the hook; where it sings in a
 * chorus they follow in harmony or hold; where nobody sings they have the tune of the break.
 */
export function writeAnswer(lead: Lead, song: Song, sung: Part, genre: Genre, key: Key, sections: readonly Section[], chords: readonly Chord[], random: Random): Part {
  const scale = ladder(scaleOf(key, genre.melodyScale), lead.low, lead.high);
  const { stepsPerBar, stepsPerBeat } = genre.meter;
  const notes: Note[] = [];
  const reply = random.below(song.chorus.motifs.length);
  const distance = random.pick([-2, -2, 2]);
  const follows = random.chance(0.6);
  for (const section of sections) {
    for (let bar = 0; bar < section.bars; bar++) {
      const letter = letterOf(section, bar);
      if (!lead.where.includes(letter)) continue;
      const from = (section.bar + bar) * stepsPerBar;
      const here = sung.notes.filter((note) => note.step >= from && note.step < from + stepsPerBar);
      const endsPhrase = bar % genre.phraseBars === genre.phraseBars - 1;
      if (letter === 'C' && follows && here.length > 0) {
        for (const note of here) {
          const rung = Math.max(0, Math.min(scale.length - 1, nearestRung(scale, note.midi, [note.midi % 12]) + distance));
          notes.push({ ...note, midi: scale[nearestRung(scale, scale[rung]!, chordAt(chords, note.step).tones)]!, velocity: note.velocity * 0.8 });
        }
      } else if (letter === 'C' && here.length > 0) {
        const rung = nearestRung(scale, scale[Math.floor(scale.length / 2)]!, chordAt(chords, from).tones);
        if (bar % 2 === 0) notes.push({ step: from, steps: stepsPerBeat * 3, midi: scale[rung]!, velocity: 0.6 });
      } else if (letter === 'V' || letter === 'C') {
        if (here.length === 0) singBar(notes, song.chorus, reply, 0, from, genre, scale, chords, key, endsPhrase, 0, random);
      } else {
        const which = song.break.plan[bar % 4]!;
        if (which !== null) singBar(notes, song.break, which, 0, from, genre, scale, chords, key, endsPhrase, 0, random);
      }
    }
  }
  return { instrument: lead.instrument, notes: settle(notes.sort((a, b) => a.step - b.step), stepsPerBar) };
}

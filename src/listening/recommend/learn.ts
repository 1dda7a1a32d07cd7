import {
  byPopularity,
  fitModel,
  scoreItems,
  topItems,
  type Liking,
  type Listening,
} from './fit-model.ts';

// From who heard what to what is stored: pure, so that it can run in a thread of its own.

export type ToLearn = {
  readonly listening: Listening;
  readonly liking: Liking;
  readonly items: number;
};

export type Learned = {
  /** What hearing item i says of others, the strongest first. */
  readonly targets: readonly Int32Array[];
  readonly weights: readonly Float32Array[];
  readonly listeners: Int32Array;
  readonly evaluation: Judged | null;
};

/** On one in five of what each of some listeners heard, held back while fitting; `popular` is what popularity alone comes to. */
export type Judged = {
  readonly listeners: number;
  readonly recall20: number;
  readonly popularRecall20: number;
  readonly coverage20: number;
};

const fit = { neighboursMax: 50, lambda: 30 };
const targetsMax = 100;
const judgedMax = 5_000;
const judgedItemsMin = 5;
const heldBackEvery = 5;

export function learn(given: ToLearn): Learned {
  const { listening, liking, items } = given;
  const model = fitModel(listening, items, fit, liking);
  const listeners = new Int32Array(items);
  for (const heard of listening) for (const item of heard) listeners[item]!++;
  const strongest = Array.from({ length: items }, (_, item) => {
    const [to, with_] = [model.speaksFor[item]!, model.speaksWith[item]!];
    const order = Array.from(to.keys())
      .filter((i) => with_[i]! > 0)
      .sort((a, b) => with_[b]! - with_[a]! || to[a]! - to[b]!)
      .slice(0, targetsMax);
    return {
      targets: Int32Array.from(order, (i) => to[i]!),
      weights: Float32Array.from(order, (i) => with_[i]!),
    };
  });
  return {
    targets: strongest.map((one) => one.targets),
    weights: strongest.map((one) => one.weights),
    listeners,
    evaluation: judge(given),
  };
}

function judge({ listening, liking, items }: ToLearn): Judged | null {
  const judged = new Set<number>();
  for (let who = 0; who < listening.length && judged.size < judgedMax; who++)
    if (listening[who]!.length >= judgedItemsMin) judged.add(who);
  if (judged.size === 0) return null;
  const isHeld = (who: number, at: number): boolean =>
    judged.has(who) && (at + who) % heldBackEvery === 0;
  const kept = listening.map((heard, who) => heard.filter((_, at) => !isHeld(who, at)));
  const keptLiking = liking.map((like, who) => like.filter((_, at) => !isHeld(who, at)));
  const model = fitModel(kept, items, fit, keptLiking);
  const popular = byPopularity(kept, items);
  const shown = new Set<number>();
  let [recall, plain] = [0, 0];
  for (const who of judged) {
    const wanted = new Set(listening[who]!.filter((_, at) => isHeld(who, at)));
    const top = topItems(scoreItems(model, kept[who]!), 20, popular);
    const heard = new Set(kept[who]);
    const most = popular.filter((item) => !heard.has(item)).slice(0, 20);
    for (const item of top) shown.add(item);
    recall += top.filter((item) => wanted.has(item)).length / wanted.size;
    plain += most.filter((item) => wanted.has(item)).length / wanted.size;
  }
  return {
    listeners: judged.size,
    recall20: recall / judged.size,
    popularRecall20: plain / judged.size,
    coverage20: shown.size / items,
  };
}

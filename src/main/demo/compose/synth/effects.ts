// Room and width. All work on whole buffers.

export type Stereo = { readonly left: Float32Array; readonly right: Float32Array };

/** Two moving delays, opposite in phase: one guitar becomes two that never quite agree. In place. */
export function chorus({ left, right }: Stereo, amount: number, rate: number): void {
  for (const [channel, phase] of [
    [left, 0],
    [right, 2.1],
  ] as const) {
    const line = new Float32Array(4096);
    const mask = line.length - 1;
    const base = 0.011 * rate;
    const depth = 0.0024 * rate;
    const step = (2 * Math.PI * 0.73) / rate;
    const dry = 1 - 0.3 * amount;
    const wet = 0.6 * amount;
    const block = 32;
    let position = base + depth * Math.sin(phase);
    for (let from = 0; from < channel.length; from += block) {
      const goal = base + depth * Math.sin(step * (from + block) + phase);
      const slope = (goal - position) / block;
      const to = Math.min(channel.length, from + block);
      for (let i = from; i < to; i++) {
        line[i & mask] = channel[i]!;
        const whole = position | 0;
        const fraction = position - whole;
        const a = line[(i - whole) & mask]!;
        const b = line[(i - whole - 1) & mask]!;
        channel[i] = dry * channel[i]! + wet * (a + fraction * (b - a));
        position += slope;
      }
    }
  }
}

/** Echoes of `send` thrown from side to side, each darker; added to the mix. */
export function echo(send: Float32Array, mix: Stereo, delayFrames: number, feedback: number): void {
  const a = new Float32Array(delayFrames);
  const b = new Float32Array(delayFrames);
  let at = 0;
  let low = 0;
  for (let i = 0; i < send.length; i++) {
    const fromA = a[at]!;
    const fromB = b[at]!;
    low += 0.35 * (fromB - low);
    a[at] = send[i]! + feedback * low;
    b[at] = fromA;
    mix.left[i]! += 0.8 * fromA;
    mix.right[i]! += 0.8 * fromB;
    if (++at === delayFrames) at = 0;
  }
}

const lineMs = [29.7, 37.1, 41.1, 43.7, 53.3, 59.9, 67.1, 71.9] as const;
const preDelaySeconds = 0.014;
const inputGain = 0.4;

/** Above this rate a room is computed at half of it: its walls leave nothing up there to lose. */
const halveAboveHz = 32_000;

/** Adds the tail of `send` in a room of `seconds` to `mix`. */
export function reverberate(send: Float32Array, mix: Stereo, seconds: number, rate: number): void {
  if (rate <= halveAboveHz) {
    runLines(send, mix, seconds, rate);
    return;
  }
  const frames = send.length >> 1;
  const slow = new Float32Array(frames);
  for (let i = 0; i < frames; i++) slow[i] = 0.5 * (send[2 * i]! + send[2 * i + 1]!);
  const wet = { left: new Float32Array(frames), right: new Float32Array(frames) };
  runLines(slow, wet, seconds, rate / 2);
  for (const [from, to] of [
    [wet.left, mix.left],
    [wet.right, mix.right],
  ] as const) {
    for (let i = 0; i + 1 < frames; i++) {
      to[2 * i]! += from[i]!;
      to[2 * i + 1]! += 0.5 * (from[i]! + from[i + 1]!);
    }
  }
}

/**
 * A feedback delay network of eight lines (J.-M. Jot), mixed by a Householder reflection, each line losing highs
 * faster than lows. Worked in blocks shorter than the shortest line.
 */
function runLines(send: Float32Array, mix: Stereo, seconds: number, rate: number): void {
  const block = Math.min(256, Math.floor((lineMs[0] * rate) / 1000));
  const lines = lineMs.map((ms, k) => {
    const length = Math.round((ms * rate) / 1000);
    return {
      ring: new Float32Array(length),
      at: 0,
      low: 0,
      out: new Float32Array(block),
      decay: 10 ** ((-3 * length) / (seconds * rate)),
      side: k % 2 === 0 ? mix.left : mix.right,
      sign: k % 4 < 2 ? 1 : -1,
    };
  });
  const keep = 1 - Math.exp((-2 * Math.PI * Math.min(5200, rate * 0.3)) / rate);
  const sums = new Float32Array(block);
  for (
    let from = Math.round(preDelaySeconds * rate), start = from;
    from < send.length;
    from += block
  ) {
    const long = Math.min(block, send.length - from);
    sums.fill(0);
    for (const line of lines) {
      const { ring, out, decay, side, sign } = line;
      let { at, low } = line;
      for (let i = 0; i < long; i++) {
        low += keep * (ring[at]! - low);
        const y = low * decay;
        if (++at === ring.length) at = 0;
        out[i] = y;
        sums[i]! += y;
        side[from + i]! += sign * y;
      }
      line.low = low;
    }
    for (const line of lines) {
      const { ring, out } = line;
      let { at } = line;
      for (let i = 0; i < long; i++) {
        ring[at] = inputGain * send[from - start + i]! + out[i]! - 0.25 * sums[i]!;
        if (++at === ring.length) at = 0;
      }
      line.at = at;
    }
  }
}

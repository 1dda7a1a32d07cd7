// WAV files of one channel and 16 bits: what every player and every decoder reads.

const headBytes = 44;
const largest = 32_767;

/** What comes before `dataBytes` bytes of samples. */
export function waveHead(dataBytes: number, sampleRate: number): Uint8Array<ArrayBuffer> {
  const head = new DataView(new ArrayBuffer(headBytes));
  const word = (at: number, text: string): void =>
    [...text].forEach((char, i) => head.setUint8(at + i, char.charCodeAt(0)));
  word(0, 'RIFF');
  head.setUint32(4, headBytes - 8 + dataBytes, true);
  word(8, 'WAVEfmt ');
  head.setUint32(16, 16, true);
  head.setUint16(20, 1, true);
  head.setUint16(22, 1, true);
  head.setUint32(24, sampleRate, true);
  head.setUint32(28, 2 * sampleRate, true);
  head.setUint16(32, 2, true);
  head.setUint16(34, 16, true);
  word(36, 'data');
  head.setUint32(40, dataBytes, true);
  return new Uint8Array(head.buffer);
}

/** A whole file of samples from -1 to 1; what is beyond is clipped. */
export function waveFile(samples: Float32Array, sampleRate: number): Uint8Array<ArrayBuffer> {
  const file = new Uint8Array(headBytes + 2 * samples.length);
  file.set(waveHead(2 * samples.length, sampleRate));
  const data = new DataView(file.buffer, headBytes);
  samples.forEach((sample, i) =>
    data.setInt16(2 * i, Math.round(largest * Math.max(-1, Math.min(1, sample))), true),
  );
  return file;
}

const forecastPointsMin = 4;
/** Four of five outcomes, were the errors normal. */
const z80 = 1.2816;

export type Forecast = { readonly value: number; readonly low: number; readonly high: number };

/**
 * The next bucket by drift (the last value and the mean step), with the spread of the steps as its interval. Null where too little is
 * known. Method: Hyndman and Athanasopoulos, Forecasting, section 5.2.
 */
export function forecastNext(values: readonly number[]): Forecast | null {
  if (values.length < forecastPointsMin) return null;
  const steps = values.slice(1).map((value, i) => value - values[i]!);
  const drift = steps.reduce((a, b) => a + b, 0) / steps.length;
  const spread = Math.sqrt(
    steps.reduce((sum, step) => sum + (step - drift) ** 2, 0) / (steps.length - 1),
  );
  const value = values.at(-1)! + drift;
  const width = z80 * spread * Math.sqrt(1 + 1 / steps.length);
  return { value: Math.max(0, value), low: Math.max(0, value - width), high: value + width };
}

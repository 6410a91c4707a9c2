/** A clock that has run `factor` times as fast as real time since `originMs`, an epoch time. */
export interface Clock {
	factor: number;
	originMs: number;
}

/** Bound before scaledTime.ts replaces it. */
const realNow = performance.now.bind(performance);

/** Epoch milliseconds on that clock, with fractions: a real millisecond can be twenty. */
export function nowOn({ factor, originMs }: Clock): number {
	return originMs + (performance.timeOrigin + realNow() - originMs) * factor;
}

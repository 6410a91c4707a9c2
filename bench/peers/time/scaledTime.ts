// Preloaded into a process: its clock and its timers run BENCH_TIME_FACTOR times as fast as the
// world's, so that a job of a minute takes some seconds. All processes of a benchmark count from the
// same origin, so that their times compare.
import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers';
import promises from 'node:timers/promises';
import { originMs, timeFactor } from './factor';

const factor = timeFactor();
const origin = originMs();

/** Epoch milliseconds on the fast clock, with fractions: a real millisecond may be twenty here. */
const realNow = performance.now.bind(performance);
const fastNow = () => origin + (performance.timeOrigin + realNow() - origin) * factor;
const startedMs = fastNow();

const shorter = (ms: unknown) => (typeof ms === 'number' ? ms / factor : ms);

/** @param delayAt - which argument is the delay, milliseconds */
function fast<Timer extends typeof setTimeout | typeof setInterval | typeof promises.setTimeout>(
	timer: Timer,
	delayAt: number,
): Timer {
	return new Proxy(timer, {
		apply: (target, self, given: unknown[]) =>
			Reflect.apply(
				target,
				self,
				given.map((value, index) => (index === delayAt ? shorter(value) : value)),
			),
	});
}

if (factor !== 1) {
	globalThis.setTimeout = timers.setTimeout = fast(setTimeout, 1);
	globalThis.setInterval = timers.setInterval = fast(setInterval, 1);
	promises.setTimeout = fast(promises.setTimeout, 0);
	Date.now = () => Math.floor(fastNow());
	performance.now = () => fastNow() - startedMs;
	globalThis.Date = new Proxy(Date, {
		construct: (target, given, self) =>
			Reflect.construct(target, given.length === 0 ? [fastNow()] : given, self),
	});
	syncBuiltinESMExports();
}

// Preloaded into a child process: its clock and timers follow BENCH_CLOCK, a Clock as JSON.
import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers';
import promises from 'node:timers/promises';
import { nowOn, type Clock } from './clock';

const clock: Clock = JSON.parse(process.env.BENCH_CLOCK ?? '');
const startedMs = nowOn(clock);

/** @param delayAt - index of the argument that is the delay in milliseconds */
function scaled<Timer extends typeof setTimeout | typeof setInterval | typeof promises.setTimeout>(
	timer: Timer,
	delayAt: number,
): Timer {
	const scale = (value: unknown, index: number) =>
		index === delayAt && typeof value === 'number' ? value / clock.factor : value;
	return new Proxy(timer, {
		apply: (target, self, values: unknown[]) => Reflect.apply(target, self, values.map(scale)),
	});
}

globalThis.setTimeout = timers.setTimeout = scaled(setTimeout, 1);
globalThis.setInterval = timers.setInterval = scaled(setInterval, 1);
promises.setTimeout = scaled(promises.setTimeout, 0);
Date.now = () => Math.floor(nowOn(clock));
performance.now = () => nowOn(clock) - startedMs;
globalThis.Date = new Proxy(Date, {
	construct: (target, values, self) =>
		Reflect.construct(target, values.length === 0 ? [nowOn(clock)] : values, self),
});
syncBuiltinESMExports();

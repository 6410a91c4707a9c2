import {
	overOf,
	processFigures,
	rounds,
	slotFigures,
	videoFigures,
	type Sample,
} from '../../../scripts/scale/figures';

/** A moment, seconds after the start. */
function sample(seconds: number, given: Partial<Sample>): Sample {
	return { atMs: seconds * 1000, statuses: {}, slots: 0, usage: {}, ...given };
}

test('an execution that waits or runs is not over', () => {
	expect(overOf({ new: 1, running: 2, waiting: 4 })).toBe(0);
	expect(overOf({ running: 2, success: 8, error: 16, crashed: 32, canceled: 64 })).toBe(120);
});

test('a slot counts for as long as it is held', () => {
	const samples = [sample(0, { slots: 0 }), sample(10, { slots: 4 }), sample(20, { slots: 1 })];
	expect(slotFigures(samples, 8)).toEqual({ peak: 4, mean: 2, secondsPerVideo: 5 });
});

test('while the queue cannot be asked, the last count stands', () => {
	const samples = [sample(0, { slots: 3 }), sample(10, { slots: undefined }), sample(20, {})];
	expect(slotFigures(samples, 1).mean).toBe(3);
});

test('nothing seen gives no slots, and no division by zero', () => {
	expect(slotFigures([], 0)).toEqual({ peak: 0, mean: 0, secondsPerVideo: 0 });
});

test('a process that is gone keeps the figures it had', () => {
	const at = (memory: number, cpuSeconds: number) => ({ usage: { main: { memory, cpuSeconds } } });
	const samples = [
		sample(0, at(100, 7)),
		sample(2, at(300, 8)),
		sample(4, at(200, 9)),
		sample(6, {}),
	];
	expect(processFigures(samples)).toEqual([
		{ name: 'main', baseline: 100, peak: 300, cpuSeconds: 2 },
	]);
});

test('an order made twice is one order, and shows', () => {
	const jobs = [
		{ prompt: 'one', pollCount: 2 },
		{ prompt: 'two', pollCount: 3 },
		{ prompt: 'one', pollCount: 4 },
	];
	expect(videoFigures(jobs)).toEqual({ submitted: 2, twice: 1, looksMean: 3, looksMost: 4 });
	expect(videoFigures([])).toEqual({ submitted: 0, twice: 0, looksMean: 0, looksMost: 0 });
});

test('a round that is not full is a round', () => {
	expect(rounds(200, 10)).toBe(20);
	expect(rounds(201, 10)).toBe(21);
});

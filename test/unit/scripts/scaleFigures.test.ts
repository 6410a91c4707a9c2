import {
	batchCount,
	finishedCount,
	processFigures,
	slotFigures,
	videoFigures,
	type Sample,
} from '../../../scripts/scale/figures';

/** A sample, in seconds after the start. */
function sample(seconds: number, values: Partial<Sample>): Sample {
	return { atMs: seconds * 1000, statuses: {}, slots: 0, usage: {}, ...values };
}

test('new, running and waiting executions are not finished', () => {
	expect(finishedCount({ new: 1, running: 2, waiting: 4 })).toBe(0);
	expect(finishedCount({ running: 2, success: 8, error: 16, crashed: 32, canceled: 64 })).toBe(120);
});

test('slots are weighted by the time they are occupied', () => {
	const samples = [sample(0, { slots: 0 }), sample(10, { slots: 4 }), sample(20, { slots: 1 })];
	expect(slotFigures(samples, 8)).toEqual({ peak: 4, mean: 2, secondsPerVideo: 5 });
});

test('while Redis is unavailable, the last slot count applies', () => {
	const samples = [sample(0, { slots: 3 }), sample(10, { slots: undefined }), sample(20, {})];
	expect(slotFigures(samples, 1).mean).toBe(3);
});

test('no samples result in no slots, without a division by zero', () => {
	expect(slotFigures([], 0)).toEqual({ peak: 0, mean: 0, secondsPerVideo: 0 });
});

test('the figures of an exited process include its earlier samples', () => {
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

test('a prompt submitted twice counts as one video and one duplicate', () => {
	const jobs = [
		{ prompt: 'one', pollCount: 2 },
		{ prompt: 'two', pollCount: 3 },
		{ prompt: 'one', pollCount: 4 },
	];
	expect(videoFigures(jobs)).toEqual({
		...{ submitted: 2, duplicates: 1 },
		...{ statusChecksMean: 3, statusChecksMax: 4 },
	});
	expect(videoFigures([])).toEqual({
		...{ submitted: 0, duplicates: 0 },
		...{ statusChecksMean: 0, statusChecksMax: 0 },
	});
});

test('an incomplete batch counts as a batch', () => {
	expect(batchCount(200, 10)).toBe(20);
	expect(batchCount(201, 10)).toBe(21);
});

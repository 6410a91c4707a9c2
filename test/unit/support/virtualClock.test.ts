import { VirtualClock } from './virtualClock';

describe('the virtual clock of the other tests', () => {
	it('wakes sleepers by time, and in order of their sleep if the time is the same', async () => {
		const clock = new VirtualClock();
		const woken: string[] = [];
		const sleeper = async (name: string, ms: number) => {
			await clock.sleep(ms);
			woken.push(`${name} ${clock.elapsedMs}`);
		};
		await clock.run(async () => {
			await Promise.all([sleeper('c', 30), sleeper('a', 10), sleeper('b', 20), sleeper('a2', 10)]);
		});
		expect(woken).toEqual(['a 10', 'a2 10', 'b 20', 'c 30']);
	});

	it('runs everything that is due before it advances', async () => {
		const clock = new VirtualClock();
		const timesMs: number[] = [];
		await clock.run(async () => {
			clock.after(15, () => timesMs.push(clock.elapsedMs));
			for (let iteration = 0; iteration < 3; iteration++) {
				await clock.sleep(10);
				timesMs.push(clock.elapsedMs);
			}
		});
		expect(timesMs).toEqual([10, 15, 20, 30]);
	});

	it('ends a sleep when the signal is aborted, without advancing to its regular end', async () => {
		const clock = new VirtualClock();
		const controller = new AbortController();
		clock.after(5, () => controller.abort());
		await clock.run(async () => await clock.sleep(1000, controller.signal));
		await clock.run(async () => await clock.sleep(1000, controller.signal));
		expect(clock.elapsedMs).toBe(5);
	});

	it('rejects work that waits for an event that never happens', async () => {
		const clock = new VirtualClock();
		await expect(clock.run(async () => await new Promise(() => {}))).rejects.toThrow('for nothing');
	});

	it('rethrows the error of the work', async () => {
		const clock = new VirtualClock();
		const work = async () => {
			await clock.sleep(1);
			throw new Error('expected');
		};
		await expect(clock.run(work)).rejects.toThrow('expected');
	});

	it('rejects a duration that is not a number, and an endless loop that stops the time', () => {
		const clock = new VirtualClock();
		expect(() => clock.sleep(NaN)).toThrow('not a number');
		const loop = () => {
			for (;;) void clock.sleep(0);
		};
		expect(loop).toThrow('An endless loop stops the time');
	});

	it('runs ten thousand tasks simultaneously', async () => {
		const clock = new VirtualClock();
		let woken = 0;
		const task = async (seed: number) => {
			for (let step = 0; step < 10; step++) {
				await clock.sleep(1 + ((seed * 7919 + step * 104729) % 1000));
				woken++;
			}
		};
		await clock.run(async () => {
			await Promise.all(Array.from({ length: 10_000 }, async (_, seed) => await task(seed)));
		});
		expect(woken).toBe(100_000);
	});
});

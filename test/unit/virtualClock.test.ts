import { VirtualClock } from './support/virtualClock';

describe('the virtual clock that the other tests live by', () => {
	it('wakes sleepers by their time, and those of one moment as they went to sleep', async () => {
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

	it('lets all that follows from one moment happen before the next', async () => {
		const clock = new VirtualClock();
		const seen: number[] = [];
		await clock.run(async () => {
			clock.after(15, () => seen.push(clock.elapsedMs));
			for (let round = 0; round < 3; round++) {
				await clock.sleep(10);
				seen.push(clock.elapsedMs);
			}
		});
		expect(seen).toEqual([10, 15, 20, 30]);
	});

	it('ends a sleep when the signal is aborted, and does not pass the time that was left', async () => {
		const clock = new VirtualClock();
		const stop = new AbortController();
		clock.after(5, () => stop.abort());
		await clock.run(async () => await clock.sleep(1000, stop.signal));
		await clock.run(async () => await clock.sleep(1000, stop.signal));
		expect(clock.elapsedMs).toBe(5);
	});

	it('says so when work waits for something that never comes', async () => {
		const clock = new VirtualClock();
		await expect(clock.run(async () => await new Promise(() => {}))).rejects.toThrow('for nothing');
	});

	it('hands on what the work throws', async () => {
		const clock = new VirtualClock();
		const work = async () => {
			await clock.sleep(1);
			throw new Error('as it should');
		};
		await expect(clock.run(work)).rejects.toThrow('as it should');
	});

	it('refuses a sleep of no number, and sleeps that let no time pass', () => {
		const clock = new VirtualClock();
		expect(() => clock.sleep(NaN)).toThrow('no number');
		const spin = () => {
			for (;;) void clock.sleep(0);
		};
		expect(spin).toThrow('Nobody lets the time pass');
	});

	it('lives ten thousand lives at once', async () => {
		const clock = new VirtualClock();
		let woken = 0;
		const life = async (seed: number) => {
			for (let day = 0; day < 10; day++) {
				await clock.sleep(1 + ((seed * 7919 + day * 104729) % 1000));
				woken++;
			}
		};
		await clock.run(async () => {
			await Promise.all(Array.from({ length: 10_000 }, async (_, seed) => await life(seed)));
		});
		expect(woken).toBe(100_000);
	});
});

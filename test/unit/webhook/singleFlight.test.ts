import { SingleFlight } from '../../../nodes/Veo/webhook/singleFlight';

/** Work that the test resolves or rejects. */
function deferredWork() {
	let resolveWork = (_: string) => {};
	let rejectWork = (_: Error) => {};
	const promise = new Promise<string>((resolve, reject) => {
		resolveWork = resolve;
		rejectWork = reject;
	});
	const work = jest.fn(async () => await promise);
	return { work, resolve: resolveWork, reject: rejectWork };
}

it('does the work once for simultaneous calls with the same key', async () => {
	const singleFlight = new SingleFlight<string>();
	const { work, resolve } = deferredWork();
	const calls = Promise.all([1, 2, 3].map(async () => await singleFlight.run('a', work)));
	resolve('done');
	expect(await calls).toEqual([
		{ result: 'done', isLeader: true },
		{ result: 'done', isLeader: false },
		{ result: 'done', isLeader: false },
	]);
	expect(work).toHaveBeenCalledTimes(1);
});

it('does the work for each key', async () => {
	const singleFlight = new SingleFlight<string>();
	const [a, b] = [deferredWork(), deferredWork()];
	const calls = Promise.all([singleFlight.run('a', a.work), singleFlight.run('b', b.work)]);
	b.resolve('b');
	a.resolve('a');
	expect(await calls).toEqual([
		{ result: 'a', isLeader: true },
		{ result: 'b', isLeader: true },
	]);
});

it('does the work again after it succeeded or failed', async () => {
	const singleFlight = new SingleFlight<string>();
	const failing = deferredWork();
	const calls = [singleFlight.run('a', failing.work), singleFlight.run('a', failing.work)];
	failing.reject(new Error('expected'));
	for (const { status } of await Promise.allSettled(calls)) expect(status).toBe('rejected');
	const work = async () => 'again';
	expect(await singleFlight.run('a', work)).toEqual({ result: 'again', isLeader: true });
	expect(await singleFlight.run('a', work)).toEqual({ result: 'again', isLeader: true });
});

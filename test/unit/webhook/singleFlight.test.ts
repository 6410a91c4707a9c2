import { SingleFlight } from '../../../nodes/Veo/webhook/singleFlight';

/** Work that ends when it is told to. */
function pending() {
	let end = (_: string) => {};
	let fail = (_: Error) => {};
	const promise = new Promise<string>((resolve, reject) => {
		end = resolve;
		fail = reject;
	});
	const work = jest.fn(async () => await promise);
	return { work, end: (value: string) => end(value), fail: (error: Error) => fail(error) };
}

it('does at once wanted work once, for all who want it', async () => {
	const shared = new SingleFlight<string>();
	const { work, end } = pending();
	const all = Promise.all([1, 2, 3].map(async () => await shared.run('a', work)));
	end('done');
	expect(await all).toEqual([
		{ result: 'done', first: true },
		{ result: 'done', first: false },
		{ result: 'done', first: false },
	]);
	expect(work).toHaveBeenCalledTimes(1);
});

it('keeps apart what has another key', async () => {
	const shared = new SingleFlight<string>();
	const [a, b] = [pending(), pending()];
	const both = Promise.all([shared.run('a', a.work), shared.run('b', b.work)]);
	b.end('b');
	a.end('a');
	expect(await both).toEqual([
		{ result: 'a', first: true },
		{ result: 'b', first: true },
	]);
});

it('does it anew once it has ended, well or not', async () => {
	const shared = new SingleFlight<string>();
	const broken = pending();
	const two = [shared.run('a', broken.work), shared.run('a', broken.work)];
	broken.fail(new Error('as it should'));
	for (const end of await Promise.allSettled(two)) expect(end.status).toBe('rejected');
	const again = async () => 'again';
	expect(await shared.run('a', again)).toEqual({ result: 'again', first: true });
	expect(await shared.run('a', again)).toEqual({ result: 'again', first: true });
});

import { TableError } from '../../../nodes/Veo/register/table';
import { brokenTable, FakeTable } from '../support/fakeTable';
import { RegisterWorld } from '../support/registerWorld';

const HOUR_MS = 3_600_000;
const REUSE = { reuseMs: 24 * HOUR_MS };

let world: RegisterWorld;
beforeEach(() => void (world = new RegisterWorld()));

const column = (name: 'state' | 'uuid' | 'executionId') =>
	world.content.rows.map((row) => row[name]);

it('records each video with its end and its delivery', async () => {
	const { errors, warnings } = await world.execute({ prompts: ['a', 'b'] });
	expect({ errors, warnings }).toEqual({ errors: [], warnings: [] });
	expect(world.content.rows).toEqual([
		expect.objectContaining({ state: 'completed', uuid: 'video-1', prompt: 'a', itemIndex: 0 }),
		expect.objectContaining({ state: 'completed', uuid: 'video-2', prompt: 'b', itemIndex: 1 }),
	]);
	for (const { submittedAt, endedAt, deliveredAt, videoUrl } of world.content.rows) {
		for (const time of [submittedAt, endedAt, deliveredAt]) expect(Date.parse(time)).not.toBeNaN();
		expect(videoUrl).toContain('https://');
	}
});

describe('Reuse Within', () => {
	it('uses the video of an identical request, and marks it', async () => {
		await world.execute({ prompts: ['a'], ...REUSE });
		await world.execute({ prompts: ['a', 'b'], ...REUSE, workflowId: 'another' });
		expect(world.accepted).toHaveLength(2);
		expect(world.deliveries.map(({ uuid, reused }) => [uuid, reused])).toEqual([
			['video-1', false],
			['video-1', true],
			['video-2', false],
		]);
		expect(column('state')).toEqual(['completed', 'completed']);
	});

	it.each([1, 10])('pays once for %i executions at the same time', async (concurrency) => {
		const all = Array.from({ length: 20 }, () => ({ prompts: ['a'], ...REUSE, concurrency }));
		const ends = await world.executeAll(all);
		expect(ends.flatMap(({ errors }) => errors)).toEqual([]);
		expect(world.accepted).toEqual(['video-1']);
		expect(world.deliveries).toHaveLength(20);
		expect(world.content.rows).toHaveLength(1);
	});

	it('pays once if rows become visible later than those with higher IDs, as in PostgreSQL', async () => {
		for (let seed = 0; seed < 50; seed++) {
			world = new RegisterWorld();
			const all = Array.from({ length: 5 }, (_, index) => ({
				...{ prompts: ['a'], ...REUSE },
				commitMs: (index * 37 + seed * 13) % 90,
			}));
			const ends = await world.executeAll(all);
			expect(ends.flatMap(({ errors }) => errors)).toEqual([]);
			expect(world.accepted).toEqual(['video-1']);
			expect(world.deliveries).toHaveLength(5);
		}
	});

	it('pays once for equal items of one execution', async () => {
		await world.execute({ prompts: ['a', 'a', 'a'], ...REUSE });
		expect(world.accepted).toHaveLength(1);
		expect(world.deliveries.map(({ reused }) => reused)).toEqual([false, false, false]);
	});

	it('pays again after that time', async () => {
		await world.execute({ prompts: ['a'], ...REUSE });
		await world.clock.advance(25 * HOUR_MS);
		await world.execute({ prompts: ['a'], ...REUSE });
		expect(world.accepted).toHaveLength(2);
	});

	it('pays again for a video that has failed, even if the table does not say so', async () => {
		await world.execute({ prompts: ['a'], ...REUSE });
		world.failed.add('video-1');
		await world.execute({ prompts: ['a'], ...REUSE });
		expect(world.accepted).toHaveLength(2);
		expect(column('state')).toEqual(['failed', 'completed']);
	});
});

it('writes rows of a batch as its items are sent, so that a crash leaves few in doubt', async () => {
	const prompts = Array.from({ length: 30 }, (_, index) => String(index));
	for (let killBefore = 2; killBefore < 120; killBefore += 7) {
		world = new RegisterWorld();
		await world.execute({ prompts, concurrency: 3, killBefore });
		const doubts = world.content.rows.filter(({ state }) => state === 'submitting');
		expect(doubts.length).toBeLessThanOrEqual(3);
	}
});

it('without Reuse Within, equal requests are separate videos', async () => {
	await world.executeAll([{ prompts: ['a', 'a'] }, { prompts: ['a'] }]);
	await world.execute({ prompts: ['a'] });
	expect(new Set(world.deliveries.map(({ uuid }) => uuid)).size).toBe(4);
});

describe('Max Videos per Day', () => {
	it('refuses a batch that exceeds it before anything is sent, and names the count', async () => {
		await world.execute({ prompts: ['a', 'b'], maxPerDay: 3 });
		const { errors } = await world.execute({ prompts: ['c', 'd'], maxPerDay: 3 });
		expect(errors).toEqual([
			"'Max Videos per Day' is 3: 2 were submitted in the last 24 hours, and 2 more are needed",
		]);
		expect(world.accepted).toHaveLength(2);
		expect(world.content.rows).toHaveLength(2);
		expect((await world.execute({ prompts: ['c'], maxPerDay: 3 })).errors).toEqual([]);
	});

	it('counts videos of other workflows, but not those of yesterday', async () => {
		await world.execute({ prompts: ['a'], workflowId: 'another' });
		expect((await world.execute({ prompts: ['b'], maxPerDay: 1 })).errors).toHaveLength(1);
		await world.clock.advance(25 * HOUR_MS);
		expect((await world.execute({ prompts: ['b'], maxPerDay: 1 })).errors).toEqual([]);
	});

	it('does not count videos that are reused', async () => {
		await world.execute({ prompts: ['a'], ...REUSE, maxPerDay: 1 });
		const { errors } = await world.execute({ prompts: ['a'], ...REUSE, maxPerDay: 1 });
		expect(errors).toEqual([]);
		expect(world.accepted).toHaveLength(1);
	});

	it('allows one of two executions at the same time if there is room for one', async () => {
		const ends = await world.executeAll([
			{ prompts: ['a', 'b'], maxPerDay: 3 },
			{ prompts: ['c', 'd'], maxPerDay: 3 },
		]);
		expect(ends.flatMap(({ errors }) => errors)).toHaveLength(1);
		expect(world.accepted).toHaveLength(2);
	});
});

describe('a table that fails', () => {
	it('is reported, and the videos are generated without it', async () => {
		const { errors, warnings } = await world.execute({
			prompts: ['a'],
			table: brokenTable(world.clock),
		});
		expect({ errors, warnings }).toEqual({ errors: [], warnings: ['the data table is full'] });
		expect(world.deliveries).toHaveLength(1);
	});

	it.each([{ reuseMs: 1 }, { maxPerDay: 1 }])(
		'ends the node before anything is sent: %j',
		async (settings) => {
			const table = brokenTable(world.clock);
			const { errors } = await world.execute({ prompts: ['a'], table, ...settings });
			expect(errors).toEqual(["The video register can't be used: the data table is full"]);
			expect(world.accepted).toEqual([]);
		},
	);
});

describe('a table that fails after the first items were submitted', () => {
	/** A table whose n-th operation and all later ones fail. */
	const failingAfter = (count: number) => {
		let operations = 0;
		return new FakeTable(world.content, world.clock, {
			before: async () => {
				if (++operations > count) throw new TableError('the data table is full');
			},
		});
	};
	const prompts = ['a', 'b', 'c', 'd'];

	it('does not keep the videos from the user', async () => {
		const table = failingAfter(4);
		const { errors, warnings } = await world.execute({ prompts, concurrency: 1, table });
		expect({ errors, warnings }).toEqual({ errors: [], warnings: ['the data table is full'] });
		expect(world.deliveries).toHaveLength(4);
	});

	it('pays for nothing more if a setting depends on it', async () => {
		const table = failingAfter(4);
		const { errors } = await world.execute({ prompts, concurrency: 1, table, ...REUSE });
		expect(new Set(errors).size).toBe(1);
		expect(world.accepted.length + (errors?.length ?? 0)).toBe(4);
		expect(world.deliveries).toHaveLength(world.accepted.length);
	});
});

describe('an execution that was killed', () => {
	const PROMPTS = ['a', 'b', 'b', 'c', 'd'];

	it('is continued by a later one of the same workflow, which pays for nothing again', async () => {
		// after all were submitted and recorded
		const { operations } = await new RegisterWorld().execute({ prompts: PROMPTS });
		await world.execute({ prompts: PROMPTS, killBefore: operations - 6 });
		expect(world.accepted).toHaveLength(5);
		const { errors } = await world.execute({ prompts: PROMPTS });
		expect(errors).toEqual([]);
		expect(world.accepted).toHaveLength(5);
		expect(new Set(world.deliveries.map(({ uuid }) => uuid)).size).toBe(5);
		expect(world.deliveries.every(({ reused }) => reused)).toBe(true);
	});

	it("is not continued by another workflow, or without 'Reuse on Retry'", async () => {
		await world.execute({ prompts: ['a'], killBefore: 5 });
		await world.execute({ prompts: ['a'], workflowId: 'another' });
		await world.execute({ prompts: ['a'], takesUp: false });
		expect(world.accepted).toHaveLength(3);
	});

	it('leaves a request in doubt, which is reported once and not sent again', async () => {
		// operations: insert, read, submit
		await world.execute({ prompts: ['a'], killBefore: 2, afterEffect: true });
		const { errors } = await world.execute({ prompts: ['a'] });
		expect(errors).toEqual(['Execution 1 recorded no response']);
		expect(column('state')).toEqual(['in_doubt']);
		expect(world.accepted).toHaveLength(1);
		expect((await world.execute({ prompts: ['a'] })).errors).toEqual([]);
		expect(world.accepted).toHaveLength(2);
	});

	it('leaves no doubt about requests that were never started', async () => {
		await world.execute({ prompts: PROMPTS, concurrency: 1, killBefore: 2 });
		const { errors } = await world.execute({ prompts: PROMPTS });
		expect(errors).toHaveLength(1);
		expect(world.accepted).toHaveLength(4);
	});

	it('shares its videos between two later executions, each with one of them', async () => {
		const { operations } = await new RegisterWorld().execute({ prompts: ['a', 'a'] });
		await world.execute({ prompts: ['a', 'a'], killBefore: operations - 2 });
		await world.executeAll([{ prompts: ['a'] }, { prompts: ['a'] }]);
		expect(world.accepted).toHaveLength(2);
		expect(new Set(world.deliveries.map(({ uuid }) => uuid)).size).toBe(2);
	});
});

it('an execution that runs does not lose its videos to another', async () => {
	const long = { prompts: ['a'] };
	await world.executeAll([long, long, long]);
	expect(new Set(world.deliveries.map(({ uuid }) => uuid)).size).toBe(3);
	expect(world.deliveries.some(({ reused }) => reused)).toBe(false);
});

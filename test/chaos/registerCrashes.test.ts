/**
 * The video register when n8n's process is killed: at every point of an execution, several times in a
 * row, with the execution's own data lost each time.
 */
import fc from 'fast-check';
import { RegisterWorld, type ExecutionEnd } from '../unit/support/registerWorld';

/** Sequences of up to five executions, for each test. CHAOS_RUNS changes it; CHAOS_SEED repeats a run. */
const RUNS = Math.ceil(Number(process.env.CHAOS_RUNS ?? 3000) / 15);
const SEED = Number(process.env.CHAOS_SEED ?? Date.now() & 0x7fffffff);
const PARAMETERS = {
	numRuns: RUNS,
	seed: SEED,
	endOnFailure: process.env.CHAOS_END_ON_FAILURE === '1',
};

jest.setTimeout(1_200_000);

const life = fc.record({
	prompts: fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 5 }),
	killBefore: fc.option(fc.nat(30), { nil: Infinity }),
	afterEffect: fc.boolean(),
	concurrency: fc.integer({ min: 1, max: 5 }),
});
const lives = fc.array(life, { minLength: 2, maxLength: 5 });
type Life = Parameters<RegisterWorld['execute']>[0];

const count = (values: readonly string[], value: string) =>
	values.filter((other) => other === value).length;

/** What the table offers a new execution, by prompt. */
function offers({ content: { rows } }: RegisterWorld, prompt: string) {
	const undelivered = rows.filter((row) => row.prompt === prompt && row.deliveredAt === '');
	return {
		paid: undelivered.filter(({ uuid, state }) => uuid !== '' && state !== 'failed').length,
		doubtful: undelivered.filter(
			({ state, submittedAt }) => state === 'submitting' && submittedAt !== '',
		).length,
	};
}

/** Executes once and checks that nothing is paid for that the table offers. */
async function executeAndCheck(world: RegisterWorld, options: Life): Promise<ExecutionEnd> {
	const before = new Map(['a', 'b', 'c'].map((prompt) => [prompt, offers(world, prompt)]));
	const paidBefore = world.accepted.length;
	const end = await world.execute(options);
	const paid = world.acceptedPrompts.slice(paidBefore);
	for (const [prompt, { paid: available, doubtful }] of before) {
		const needed = count(options.prompts, prompt) - available - doubtful;
		expect(count(paid, prompt)).toBeLessThanOrEqual(Math.max(0, needed));
	}
	return end;
}

/** Checks that every accepted video was delivered once, or that the table contains it or its doubt. */
function checkNothingLost(world: RegisterWorld): void {
	const delivered = world.deliveries.map(({ uuid }) => uuid);
	expect(new Set(delivered).size).toBe(delivered.length);
	const { rows } = world.content;
	const known = new Set(rows.map(({ uuid }) => uuid));
	const unknown = world.accepted.filter((uuid) => !known.has(uuid));
	const doubts = rows.filter(({ uuid, submittedAt }) => uuid === '' && submittedAt !== '');
	expect(unknown.length).toBeLessThanOrEqual(doubts.length);
}

it(`no killed execution makes a later one pay for its videos again (seed ${SEED})`, async () => {
	await fc.assert(
		fc.asyncProperty(lives, async (all) => {
			const world = new RegisterWorld();
			for (const options of all) {
				await executeAndCheck(world, options);
				checkNothingLost(world);
			}
			// until one execution is not killed and finds no doubt
			for (let round = 0; round < 20; round++) {
				const end = await executeAndCheck(world, { prompts: ['a', 'b', 'c'] });
				checkNothingLost(world);
				if (end.errors?.length === 0) return;
			}
			throw new Error('The doubts have no end');
		}),
		PARAMETERS,
	);
});

it('with Reuse Within, equal requests are paid for once, unless the table says that one is in doubt', async () => {
	await fc.assert(
		fc.asyncProperty(lives, async (all) => {
			const world = new RegisterWorld();
			for (const options of all) await world.execute({ ...options, reuseMs: 3_600_000 });
			for (const prompt of ['a', 'b', 'c']) {
				const doubts = world.content.rows.filter(
					(row) => row.prompt === prompt && row.uuid === '' && row.submittedAt !== '',
				);
				expect(count(world.acceptedPrompts, prompt)).toBeLessThanOrEqual(1 + doubts.length);
			}
		}),
		PARAMETERS,
	);
});

const simultaneous = fc.array(
	fc.record({ life, commitMs: fc.nat(120), isRepeated: fc.boolean() }),
	{ minLength: 2, maxLength: 5 },
);

it('the same holds for executions at the same time, with rows that become visible late', async () => {
	await fc.assert(
		fc.asyncProperty(simultaneous, fc.boolean(), async (all, reuses) => {
			const world = new RegisterWorld();
			const settings = { reuseMs: reuses ? 3_600_000 : 0 };
			await world.executeAll(
				all.map(({ life: options, commitMs }) => ({ ...options, ...settings, commitMs })),
			);
			const repeated = all.filter(({ isRepeated }) => isRepeated);
			await world.executeAll(
				repeated.map(({ life: { prompts }, commitMs }) => ({ prompts, ...settings, commitMs })),
			);
			for (const prompt of ['a', 'b', 'c']) {
				const doubts = world.content.rows.filter(
					(row) => row.prompt === prompt && row.uuid === '' && row.submittedAt !== '',
				);
				const paid = count(world.acceptedPrompts, prompt);
				if (reuses) expect(paid).toBeLessThanOrEqual(1 + doubts.length);
			}
			if (!reuses) checkNothingLost(world);
		}),
		PARAMETERS,
	);
});

it('no execution exceeds the budget', async () => {
	await fc.assert(
		fc.asyncProperty(lives, fc.integer({ min: 1, max: 12 }), async (all, maxPerDay) => {
			const world = new RegisterWorld();
			const [first, ...others] = all;
			await world.executeAll(others.map((options) => ({ ...options, maxPerDay })));
			if (first) await world.execute({ ...first, maxPerDay });
			expect(world.accepted.length).toBeLessThanOrEqual(maxPerDay);
		}),
		PARAMETERS,
	);
});

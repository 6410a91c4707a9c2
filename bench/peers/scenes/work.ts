// The same work for all contestants, on the fast clock.
import { isOurs } from '../contestants';
import { NEVER_SECONDS, REFUSED, type Fault } from '../fakes/types';
import { median, TROUBLES, type Figures, type Survival, type Trouble } from './figures';
import { prompts, type Scene, type Theatre } from './theatre';

/** Runs of one item; the middle one counts. */
const TAKES = 3;
/** When the user's patience with a job that never ends is over. */
const PATIENCE_SECONDS = 1200;
/** Two items that can be made and one whose prompt the API refuses, which costs nothing. */
const WITH_BAD_ITEM = [...prompts(2), `A lighthouse ${REFUSED}`];
const TRIES = 3;

/** All within the life of one job, after a first look that goes well. */
const FAULTS: Record<Trouble, Fault[]> = {
	'503': [{ on: 'poll', kind: '503', nth: 1 }],
	'429': [{ on: 'poll', kind: '429', nth: 1 }],
	reset: [{ on: 'poll', kind: 'reset', nth: 1 }],
	threeInARow: [
		{ on: 'poll', kind: '503', nth: 1 },
		{ on: 'poll', kind: '429', nth: 2 },
		{ on: 'poll', kind: 'reset', nth: 3 },
	],
};

type Work = Omit<Figures, 'stop' | 'real'>;

/** @param hundred - whether 100 items are to be measured too, where that can be done in time */
export async function measureWork(theatre: Theatre, hundred: boolean): Promise<Work> {
	const { label } = theatre.contestant;
	const one = await timeOne(theatre);
	const [ten, many, troubles, never, paid] = await Promise.all([
		timeAll(theatre, 10),
		hundred && isOurs(theatre.contestant) ? timeAll(theatre, 100) : undefined,
		meetTroubles(theatre),
		waitForever(theatre),
		countPaid(theatre),
	]);
	const hundredItems = { seconds: many ?? 10 * ten, measured: many !== undefined };
	return { label, one, ten, hundred: hundredItems, troubles, never, ...paid };
}

async function timeOne(theatre: Theatre): Promise<Figures['one']> {
	const scenes: Scene[] = [];
	for (let take = 0; take < TAKES; take++) scenes.push(await theatre.play({ prompts: prompts(1) }));
	scenes.forEach(({ outcome }) => expectItems(theatre, outcome.items, 1, outcome.error));
	return {
		seconds: median(scenes.map(({ outcome }) => outcome.seconds)),
		looks: median(scenes.map(({ history }) => history.jobs[0]?.looks.length ?? 0)),
	};
}

export async function timeAll(theatre: Theatre, count: number): Promise<number> {
	const { outcome } = await theatre.play({ prompts: prompts(count) });
	expectItems(theatre, outcome.items, count, outcome.error);
	return outcome.seconds;
}

/** @throws Error where a run without faults did not do its work: then nothing can be measured */
function expectItems({ contestant }: Theatre, items: string[], count: number, error = ''): void {
	if (items.length === count) return;
	throw new Error(`${contestant.label} made ${items.length} of ${count} items. ${error}`);
}

async function meetTroubles(theatre: Theatre): Promise<Figures['troubles']> {
	const meet = async (trouble: Trouble) => {
		const scene = await theatre.play({ prompts: prompts(1), plan: { faults: FAULTS[trouble] } });
		return [trouble, survivalOf(scene)] as const;
	};
	const met = new Map(await Promise.all(TROUBLES.map(meet)));
	const of = (trouble: Trouble) => met.get(trouble) ?? 'failsIdLost';
	return {
		'503': of('503'),
		'429': of('429'),
		reset: of('reset'),
		threeInARow: of('threeInARow'),
	};
}

function survivalOf(scene: Scene): Survival {
	if (scene.outcome.error === undefined) return 'survives';
	return keepsId(scene) ? 'failsIdKept' : 'failsIdLost';
}

/** Whether the error names the job that was paid for. */
function keepsId({ outcome, history }: Scene): boolean {
	return history.jobs.every(({ id }) => outcome.error?.includes(id));
}

async function waitForever(theatre: Theatre): Promise<Figures['never']> {
	const scene = await theatre.play({
		prompts: prompts(1),
		plan: { jobSeconds: [NEVER_SECONDS] },
		stopAfterSeconds: PATIENCE_SECONDS,
	});
	const { seconds, stoppedAt } = scene.outcome;
	return { seconds: stoppedAt === undefined ? seconds : null, idKept: keepsId(scene) };
}

type Paid = Pick<Figures, 'retryOnFail' | 'retryExecution' | 'lostAnswer'>;

async function countPaid(theatre: Theatre): Promise<Paid> {
	const lost: Fault = { on: 'submit', kind: 'reset', nth: 0 };
	const scenes = await Promise.all([
		theatre.play({ prompts: WITH_BAD_ITEM, maxTries: TRIES }),
		theatre.play({ prompts: WITH_BAD_ITEM, retryExecution: true }),
		theatre.play({ prompts: prompts(1), plan: { faults: [lost] }, maxTries: TRIES }),
	]);
	const [retryOnFail, retryExecution, lostAnswer] = scenes.map(
		({ history }) => history.jobs.length,
	);
	return {
		retryOnFail: retryOnFail ?? NaN,
		retryExecution: retryExecution ?? NaN,
		lostAnswer: lostAnswer ?? NaN,
	};
}

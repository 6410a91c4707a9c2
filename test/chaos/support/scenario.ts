import fc from 'fast-check';

/** A fault of one request. `accepted` is whether the server processes the request nevertheless. */
export type Fault =
	| { kind: 'envelope'; code: number; httpStatus: number; retryAfter?: string }
	| { kind: 'gateway'; httpStatus: number; accepted: boolean; retryAfter?: string }
	| { kind: 'refused' | 'dns' | 'tls' }
	| { kind: 'reset' | 'hang' | 'network'; accepted: boolean }
	| { kind: 'text'; body: string; accepted: boolean }
	| { kind: 'slow'; ms: number };

/** How a job's estimates relate to its actual duration. */
export type Estimates = 'accurate' | 'none' | 'long' | 'short' | 'frozen' | 'random';

/** One item, and its jobs: the first one, and those that retries submit after it failed. */
export interface ItemScenario {
	hasImage: boolean;
	/** Duration of each job, milliseconds; the last value applies to all later jobs. */
	durationsMs: number[];
	/** Whether each job fails in the end. */
	fails: boolean[];
	estimates: Estimates;
}

/** The callbacks that the URL of a durable wait receives. */
export interface CallbackScenario {
	/** How often the API tries each callback until n8n accepts it; 0 for an API that sends none. */
	attempts: number;
	/** Whether callbacks contain the ID of the video. */
	areNamed: boolean;
	/** False callbacks: milliseconds from the start of the execution, and the item that they name. */
	lies: Array<{ atMs: number; item: number }>;
}

/** An execution of the node, with all faults of n8n, the network and the API. */
export interface Scenario {
	items: ItemScenario[];
	concurrency: number;
	/** Whether the execution is suspended while it waits. */
	durable: boolean;
	/** The callbacks of the API to a durable wait; null if the requests contain no URL. */
	callbacks: CallbackScenario | null;
	continueOnFail: boolean;
	reuse: boolean;
	maxRetries: number;
	pollIntervalMs: number;
	timeoutMs: number;
	/** Delay of every response, milliseconds. */
	latencyMs: number;
	/** The faults of the requests, in the order of arrival; later requests have none. */
	faults: Array<Fault | null>;
	/** The server's limit, requests per second; null for none. */
	maxRequestsPerSecond: number | null;
	/** Jumps of the wall clock, milliseconds from the start of the execution. */
	clockJumps: Array<{ atMs: number; byMs: number }>;
	/** Times in which the process is suspended or its event loop blocked. */
	stalls: Array<{ atMs: number; ms: number }>;
	/** How often n8n runs the node at most, until it succeeds. */
	tries: number;
	/** When the user cancels the execution, milliseconds from its start; null for never. */
	cancelAtMs: number | null;
	/** Numbers from 0 up to 1, for the backoff and for random estimates. */
	random: fc.Stream<number>;
}

const MAX_UINT32 = 2 ** 32 - 1;
const HOUR_MS = 3_600_000;

const accepted = fc.boolean();
const retryAfter = fc.option(fc.constantFrom('0', '2', '30', '900', 'soon'), { nil: undefined });

const fault: fc.Arbitrary<Fault> = fc.oneof(
	fc.record({
		kind: fc.constant('envelope' as const),
		code: fc.constantFrom(1000, 1001, 1002, 1003, 1003, 5000, 5000, 4711),
		httpStatus: fc.constantFrom(200, 200, 400, 401, 402, 404, 429, 500, 503),
		retryAfter,
	}),
	fc.record({
		kind: fc.constant('gateway' as const),
		httpStatus: fc.constantFrom(302, 403, 404, 408, 429, 500, 502, 503, 504),
		accepted,
		retryAfter,
	}),
	fc.record({ kind: fc.constantFrom('refused' as const, 'dns' as const, 'tls' as const) }),
	fc.record({
		kind: fc.constantFrom('reset' as const, 'hang' as const, 'network' as const),
		accepted,
	}),
	fc.record({
		kind: fc.constant('text' as const),
		body: fc.constantFrom('', '{', '<html>', '[]', '{"code":0}', '{"code":0,"data":{}}', 'null'),
		accepted,
	}),
	fc.record({ kind: fc.constant('slow' as const), ms: fc.integer({ min: 1, max: 60_000 }) }),
);

/** The value or null, with the given weights. */
function valueOrNull<T>(
	value: fc.Arbitrary<T>,
	valueWeight: number,
	nullWeight: number,
): fc.Arbitrary<T | null> {
	return fc.oneof(
		{ arbitrary: value, weight: valueWeight },
		{ arbitrary: fc.constant(null), weight: nullWeight },
	);
}

const item: fc.Arbitrary<ItemScenario> = fc.record({
	hasImage: fc.boolean(),
	durationsMs: fc.array(fc.integer({ min: 0, max: 400_000 }), { minLength: 1, maxLength: 3 }),
	fails: fc.array(fc.boolean(), { minLength: 1, maxLength: 3 }),
	estimates: fc.constantFrom('accurate', 'none', 'long', 'short', 'frozen', 'random'),
});

const callbacks: fc.Arbitrary<CallbackScenario> = fc.record({
	attempts: fc.integer({ min: 0, max: 5 }),
	areNamed: fc.boolean(),
	lies: fc.array(
		fc.record({ atMs: fc.integer({ min: 0, max: 900_000 }), item: fc.nat({ max: 8 }) }),
		{ maxLength: 20 },
	),
});

export const scenario: fc.Arbitrary<Scenario> = fc.record({
	items: fc.array(item, { minLength: 1, maxLength: 8 }),
	concurrency: fc.integer({ min: 1, max: 8 }),
	durable: fc.boolean(),
	callbacks: valueOrNull(callbacks, 1, 1),
	continueOnFail: fc.boolean(),
	reuse: fc.constant(true),
	maxRetries: fc.integer({ min: 0, max: 6 }),
	pollIntervalMs: fc.integer({ min: 1_000, max: 20_000 }),
	timeoutMs: fc.integer({ min: 1_000, max: 600_000 }),
	latencyMs: fc.integer({ min: 0, max: 3_000 }),
	faults: fc.array(valueOrNull(fault, 1, 1), { maxLength: 60 }),
	maxRequestsPerSecond: valueOrNull(fc.integer({ min: 1, max: 10 }), 1, 3),
	clockJumps: fc.array(
		fc.record({
			atMs: fc.integer({ min: 0, max: 900_000 }),
			byMs: fc.integer({ min: -2 * HOUR_MS, max: 2 * HOUR_MS }),
		}),
		{ maxLength: 2 },
	),
	stalls: fc.array(
		fc.record({
			atMs: fc.integer({ min: 0, max: 600_000 }),
			ms: fc.integer({ min: 1, max: 400_000 }),
		}),
		{ maxLength: 2 },
	),
	tries: fc.integer({ min: 1, max: 5 }),
	cancelAtMs: valueOrNull(fc.integer({ min: 0, max: 600_000 }), 1, 3),
	random: fc.infiniteStream(
		fc.integer({ min: 0, max: MAX_UINT32 }).map((n) => n / (MAX_UINT32 + 1)),
	),
});

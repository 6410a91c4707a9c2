import fc from 'fast-check';

/** What happens to one request. `accepted` says whether the server acts on it all the same. */
export type Mishap =
	| { kind: 'envelope'; code: number; httpStatus: number; retryAfter?: string }
	| { kind: 'gateway'; httpStatus: number; accepted: boolean; retryAfter?: string }
	| { kind: 'refused' | 'dns' | 'tls' }
	| { kind: 'reset' | 'hang' | 'network'; accepted: boolean }
	| { kind: 'text'; body: string; accepted: boolean }
	| { kind: 'slow'; ms: number };

/** How a job's estimates relate to the truth. */
export type Estimates = 'truthful' | 'none' | 'long' | 'short' | 'frozen' | 'jumping';

/** One item: what it asks for, and what becomes of its jobs, one after another if it is reordered. */
export interface ItemScript {
	image: boolean;
	/** Milliseconds each job takes; the last one stands for all later ones. */
	durationsMs: number[];
	/** Whether each job fails in the end. */
	fails: boolean[];
	estimates: Estimates;
}

/** A whole execution of the node, with everything that n8n and the network may do to it. */
export interface Script {
	items: ItemScript[];
	concurrency: number;
	/** Whether the execution is parked while it waits. */
	durable: boolean;
	continueOnFail: boolean;
	reuse: boolean;
	maxRetries: number;
	pollIntervalMs: number;
	timeoutMs: number;
	/** Every answer's delay, milliseconds. */
	latencyMs: number;
	/** What happens to the requests, in the order of their arrival; nothing to those after. */
	faults: Array<Mishap | null>;
	/** How often n8n runs the node if it does not end well. */
	tries: number;
	/** When the user stops the execution, milliseconds from its start; null: never. */
	stopAtMs: number | null;
	/** For backoff and lying estimates. */
	seed: number;
}

const accepted = fc.boolean();
const retryAfter = fc.option(fc.constantFrom('0', '2', '30', '900', 'soon'), { nil: undefined });

const fault: fc.Arbitrary<Mishap> = fc.oneof(
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

/** The value or null, in the given proportion. */
function sometimes<T>(
	value: fc.Arbitrary<T>,
	often: number,
	never: number,
): fc.Arbitrary<T | null> {
	return fc.oneof(
		{ arbitrary: value, weight: often },
		{ arbitrary: fc.constant(null), weight: never },
	);
}

const item: fc.Arbitrary<ItemScript> = fc.record({
	image: fc.boolean(),
	durationsMs: fc.array(fc.integer({ min: 0, max: 400_000 }), { minLength: 1, maxLength: 3 }),
	fails: fc.array(fc.boolean(), { minLength: 1, maxLength: 3 }),
	estimates: fc.constantFrom('truthful', 'none', 'long', 'short', 'frozen', 'jumping'),
});

export const script: fc.Arbitrary<Script> = fc.record({
	items: fc.array(item, { minLength: 1, maxLength: 8 }),
	concurrency: fc.integer({ min: 1, max: 8 }),
	durable: fc.boolean(),
	keepGoing: fc.boolean(),
	reuse: fc.constant(true),
	maxRetries: fc.integer({ min: 0, max: 6 }),
	pollIntervalMs: fc.integer({ min: 1_000, max: 20_000 }),
	timeoutMs: fc.integer({ min: 1_000, max: 600_000 }),
	latencyMs: fc.integer({ min: 0, max: 3_000 }),
	mishaps: fc.array(sometimes(fault, 1, 1), { maxLength: 60 }),
	tries: fc.integer({ min: 1, max: 5 }),
	stopAtMs: sometimes(fc.integer({ min: 0, max: 600_000 }), 1, 3),
	seed: fc.integer(),
});

/** One guard, taken away. */
export interface Mutation {
	guard: string;
	file: string;
	/** Must occur exactly once. */
	code: string;
	without: string;
	/** The tests that must notice, as a pattern of their path; {@link CHAOS} unless told. */
	tests?: string;
}

/** The chaos suite in virtual time. */
export const CHAOS = 'chaos/chaos';

const JOBS = 'nodes/Veo/jobs';

/** What the product promises hangs on these; whoever takes one away must be told by a test. */
export const MUTATIONS: Mutation[] = [
	{
		guard: 'the ledger',
		file: `${JOBS}/life.ts`,
		code: 'const earlier = reuse ? page.read() : undefined;',
		without: 'const earlier = reuse ? undefined : undefined;',
	},
	{
		guard: 'the memory of orders in doubt',
		file: `${JOBS}/life.ts`,
		code: 'if (answer.ok || mayHaveBeenAccepted(answer.failure)) page.write(answer);',
		without: 'if (answer.ok) page.write(answer);',
	},
	{
		guard: 'an order in doubt is not sent again',
		file: 'nodes/Veo/api/retry.ts',
		code: 'return mayPass(failure) && !mayHaveBeenAccepted(failure);',
		without: 'return mayPass(failure);',
	},
	{
		guard: 'the deadline',
		file: `${JOBS}/wait.ts`,
		code: 'const deadlineMs = startMs + timeoutMs;',
		without: 'const deadlineMs = startMs + 10 * timeoutMs;',
	},
	{
		guard: 'the signal, before a call',
		file: 'nodes/Veo/api/retry.ts',
		code: 'if (signal.aborted) return failed(STOPPED);',
		without: '',
	},
	{
		guard: 'the signal, while waiting',
		file: `${JOBS}/wait.ts`,
		code: 'await clock.sleep(lookMs - clock.now(), signal);',
		without: 'await clock.sleep(lookMs - clock.now());',
	},
	{
		guard: 'the poll interval',
		file: `${JOBS}/wait.ts`,
		code: 'earliestMs = clock.now() + pollIntervalMs;',
		without: '',
	},
	{
		guard: 'a failed job is forgotten only if the API said so',
		file: `${JOBS}/life.ts`,
		code: "if (end.outcome === 'failed') page.erase();",
		without: "if (end.outcome !== 'completed') page.erase();",
	},
	{
		guard: 'the deadline of a durable wait',
		file: `${JOBS}/durableWait.ts`,
		code: 'if (!isOver && nowMs < parked.deadlineMs - EARLY_MS) return parked;',
		without: 'if (!isOver) return parked;',
	},
	{
		guard: 'the poll interval in a round of a durable wait',
		file: `${JOBS}/durableWait.ts`,
		code: 'await sendPatiently(look, mayRepeat, inARound, pollIntervalMs);',
		without: 'await sendPatiently(look, mayRepeat, inARound);',
	},
	{
		guard: 'the order of the outcomes',
		file: `${JOBS}/pool.ts`,
		code: 'results[index] = await work(item, index);',
		without: 'results[results.indexOf(undefined)] = await work(item, index);',
	},
	{
		guard: "the whole order in the ledger's key",
		file: `${JOBS}/ledger.ts`,
		code: 'update(JSON.stringify(order))',
		without: "update('order')",
		tests: 'unit/jobs/ledger',
	},
	{
		guard: 'the short limit of the last look',
		file: `${JOBS}/wait.ts`,
		code: 'const LAST_LOOK_MS = 2_000;',
		without: 'const LAST_LOOK_MS = 19_000;',
		tests: 'unit/jobs/wait',
	},
	{
		guard: 'the jitter',
		file: 'nodes/Veo/api/retry.ts',
		code: 'backoffMs(retries, random(), answer.failure.retryAfterMs)',
		without: 'backoffMs(retries, 1, answer.failure.retryAfterMs)',
		tests: 'unit/api/retry',
	},
	{
		guard: 'numbers that must be finite',
		file: 'nodes/Veo/api/parse.ts',
		code: 'Number.isFinite(number)',
		without: '!Number.isNaN(number)',
		tests: 'unit/api/parse',
	},
	{
		guard: "the look at an uploaded image's URL",
		file: 'nodes/Veo/api/parse.ts',
		code: 'if (!isHttpUrl(imageUrl)) return undefined;',
		without: "if (typeof imageUrl !== 'string') return undefined;",
		tests: 'fuzz/answers',
	},
	{
		guard: 'the ear for a connection that breaks before it is read',
		file: 'nodes/Veo/actions/common/videoFile.ts',
		code: "body.on('error', () => {});",
		without: '',
		tests: 'unit/actions/videoFile',
	},
	{
		guard: 'the redaction',
		file: 'nodes/Veo/actions/common/redaction.ts',
		code: 'return (text) => text.replace(pattern, STARS);',
		without: 'return (text) => (pattern ? text : STARS);',
		tests: 'unit/actions/redaction',
	},
	{
		guard: 'headers that must be own ones',
		file: 'nodes/VeoTrigger/call.ts',
		code: 'const sent = own(headers, header);',
		without: 'const sent = headers[header];',
		tests: 'unit/trigger/call',
	},
];

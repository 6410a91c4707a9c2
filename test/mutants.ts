/** The code without one safeguard. */
export interface Mutant {
	/** What is removed. */
	safeguard: string;
	file: string;
	/** Must occur exactly once in the file. */
	code: string;
	replacement: string;
	/**
	 * The tests that must fail, as a pattern of their path; {@link CHAOS} by default. Tests in
	 * `engine/` run the compiled mutant, so it must compile.
	 */
	tests?: string;
}

/** The chaos tests in virtual time. */
export const CHAOS = 'chaos/chaos';

const VEO = 'nodes/Veo';
const JOBS = `${VEO}/jobs`;

/** One mutant for each safeguard on which the documented guarantees depend. */
export const MUTANTS: readonly Mutant[] = [
	{
		safeguard: 'reuse of the recorded submission',
		file: `${JOBS}/submission.ts`,
		code: 'const existing = reuse ? record.get() : undefined;',
		replacement: 'const existing = reuse ? undefined : undefined;',
	},
	{
		safeguard: 'record of a submission in doubt',
		file: `${JOBS}/submission.ts`,
		code: 'if (result.ok || mayHaveBeenAccepted(result.error)) record.set(result, sentAtMs);',
		replacement: 'if (result.ok) record.set(result, sentAtMs);',
	},
	{
		safeguard: 'no retry of a submission in doubt',
		file: `${VEO}/api/errors.ts`,
		code: 'return isTransient(error) && !mayHaveBeenAccepted(error);',
		replacement: 'return isTransient(error);',
	},
	{
		safeguard: 'deadline',
		file: `${JOBS}/polling.ts`,
		code: 'let deadlineMs = startMs + timeoutMs;',
		replacement: 'let deadlineMs = startMs + 10 * timeoutMs;',
	},
	{
		safeguard: 'cancellation before a call',
		file: `${VEO}/retry/retry.ts`,
		code: 'if (signal.aborted) return err(CANCELED);',
		replacement: '',
	},
	{
		safeguard: 'cancellation between two polls',
		file: `${JOBS}/polling.ts`,
		code: 'await clock.sleep(pollAtMs - clock.now(), signal);',
		replacement: 'await clock.sleep(pollAtMs - clock.now());',
	},
	{
		safeguard: 'poll interval',
		file: `${JOBS}/polling.ts`,
		code: 'earliestMs = clock.now() + pollIntervalMs;',
		replacement: '',
	},
	{
		safeguard: 'record of a job until the API reports its failure',
		file: `${JOBS}/submission.ts`,
		code: "if (result.outcome === 'failed') record.delete();",
		replacement: "if (result.outcome !== 'completed') record.delete();",
	},
	{
		safeguard: 'deadline of a durable wait',
		file: `${JOBS}/durableWait.ts`,
		code: 'if (!isDone && nowMs < wait.deadlineMs - CLOCK_SKEW_MS) return wait;',
		replacement: 'if (!isDone) return wait;',
		tests: 'unit/jobs/durableWait',
	},
	{
		safeguard: 'poll interval within a poll cycle',
		file: `${JOBS}/durableWait.ts`,
		code: 'sendWithRetry(poll, isTransient, cycleContext, pollIntervalMs);',
		replacement: 'sendWithRetry(poll, isTransient, cycleContext);',
	},
	{
		safeguard: 'report of submissions in doubt',
		file: `${JOBS}/idempotency.ts`,
		code: 'if (!result.ok) inDoubt.add(itemIndex);',
		replacement: '',
	},
	{
		safeguard: 'monotonic clock',
		file: `${VEO}/transport/clock.ts`,
		code: 'now: () => epochMs + Math.floor(performance.now() - startMs),',
		replacement: 'now: () => Date.now() + 0 * (epochMs - startMs),',
		tests: 'unit/transport/clock',
	},
	{
		safeguard: 'monotonic duration of a wait',
		file: `${JOBS}/polling.ts`,
		code: 'const startMs = clock.now();',
		replacement: 'const startMs = clock.wallNow();',
	},
	{
		safeguard: 'correction of clock jumps during a durable wait',
		file: `${JOBS}/durableWait.ts`,
		code: 'Math.abs(jumpMs) <= MAX_RESUME_DELAY_MS',
		replacement: 'Math.abs(jumpMs) <= 1_000 * MAX_RESUME_DELAY_MS',
	},
	{
		safeguard: 'final poll after a stall between two polls',
		file: `${JOBS}/polling.ts`,
		code: 'deadlineMs = Math.max(deadlineMs, clock.now());',
		replacement:
			"if (clock.now() > deadlineMs + 250) return { ...progress(), outcome: 'timedOut' };",
	},
	{
		safeguard: 'final poll after a stall during a poll',
		file: `${JOBS}/polling.ts`,
		code: '&& sentMs + pollIntervalMs <= deadlineMs) {',
		replacement: '&& sentMs + pollIntervalMs < 0) {',
	},
	{
		safeguard: 'time for the rate limiter after a stall',
		file: `${JOBS}/polling.ts`,
		code: 'deadlineMs = Math.max(deadlineMs, clock.now());',
		replacement: '',
		tests: 'unit/jobs/pollingDeadline',
	},
	{
		safeguard: 'time for the final poll after a stall',
		file: `${JOBS}/polling.ts`,
		code: 'Math.max(deadlineMs - sentMs, 0)',
		replacement: 'Math.max(deadlineMs - sentMs, -Infinity)',
		tests: 'unit/jobs/pollingDeadline',
	},
	{
		safeguard: 'time for a response that arrived during a stall',
		file: `${VEO}/transport/clock.ts`,
		code: '> limitMs + STALL_MS)',
		replacement: '> limitMs + 1_000 * STALL_MS)',
		tests: 'unit/transport/clock',
	},
	{
		safeguard: 'interval between calls after a throttled one',
		file: `${VEO}/retry/rateLimiter.ts`,
		code: 'Math.max(this.sentAtMs + this.intervalMs, this.pausedUntilMs)',
		replacement: 'Math.max(this.sentAtMs, this.pausedUntilMs)',
		tests: 'unit/retry/rateLimiter',
	},
	{
		safeguard: 'recovery of the rate limiter',
		file: `${VEO}/retry/rateLimiter.ts`,
		code: 'this.intervalMs *= Math.max(RECOVERY_FACTOR, ',
		replacement: 'this.intervalMs *= Math.max(1, RECOVERY_FACTOR, ',
		tests: 'unit/(jobs/polling|retry/rateLimiter)',
	},
	{
		safeguard: 'recovery without a burst',
		file: `${VEO}/retry/rateLimiter.ts`,
		code: '-passedMs / RECOVERY_HALF_LIFE_MS',
		replacement: '(-1_000 * passedMs) / RECOVERY_HALF_LIFE_MS',
		tests: 'unit/retry/rateLimiter',
	},
	{
		safeguard: 'no recovery by calls in flight',
		file: `${VEO}/retry/rateLimiter.ts`,
		code: '|| sentAtMs < this.throttledAtMs) return;',
		replacement: '|| sentAtMs === Infinity) return;',
		tests: 'unit/retry/rateLimiter',
	},
	{
		safeguard: 'calls in order of arrival',
		file: `${VEO}/retry/rateLimiter.ts`,
		code: 'const [next] = queue;',
		replacement: 'const next = [...queue].at(-1);',
		tests: 'unit/retry/rateLimiter',
	},
	{
		safeguard: 'results in item order',
		file: `${VEO}/execution/mapConcurrently.ts`,
		code: 'results[index] = await mapper(item, index);',
		replacement: 'results[results.indexOf(undefined)] = await mapper(item, index);',
	},
	{
		safeguard: 'record of a request in flight',
		file: `${JOBS}/submission.ts`,
		code: 'record.set(err(UNCONFIRMED), sentAtMs);',
		replacement: '',
		tests: 'unit/jobs/submission',
	},
	{
		safeguard: 'doubt after a response without an envelope',
		file: `${VEO}/api/errors.ts`,
		code: 'return httpStatus === undefined || !REJECTED_STATUSES.has(httpStatus);',
		replacement: 'return httpStatus === undefined || httpStatus < 400;',
		tests: 'unit/api/acceptance',
	},
	{
		safeguard: 'doubt after a rejection with an ID',
		file: `${VEO}/api/errors.ts`,
		code: 'if (uuid !== undefined) return true;',
		replacement: '',
		tests: 'unit/api/acceptance',
	},
	{
		safeguard: 'check of the ID in a status response',
		file: `${VEO}/api/client.ts`,
		code: "return sentId !== '' && normalizeVideoId(sentId) !== normalizeVideoId(uuid)",
		replacement: "return sentId === '~'",
		tests: 'unit/api/ids',
	},
	{
		safeguard: 'record key from the item and the parameters',
		file: `${JOBS}/idempotency.ts`,
		code: 'update(JSON.stringify(identity))',
		replacement: "update('identity')",
		tests: 'unit/jobs/idempotency',
	},
	{
		safeguard: 'short timeout of the final poll',
		file: `${JOBS}/polling.ts`,
		code: 'const FINAL_POLL_TIMEOUT_MS = 2_000;',
		replacement: 'const FINAL_POLL_TIMEOUT_MS = 19_000;',
		tests: 'unit/jobs/polling',
	},
	{
		safeguard: 'jitter',
		file: `${VEO}/retry/retry.ts`,
		code: 'backoffMs(retries, random(), result.error.retryAfterMs)',
		replacement: 'backoffMs(retries, 1, result.error.retryAfterMs)',
		tests: 'unit/retry/retry',
	},
	{
		safeguard: 'finite numbers',
		file: `${VEO}/api/parse.ts`,
		code: 'Number.isFinite(number)',
		replacement: '!Number.isNaN(number)',
		tests: 'unit/api/parse',
	},
	{
		safeguard: 'validation of the URL of an uploaded image',
		file: `${VEO}/api/parse.ts`,
		code: 'if (!isHttpUrl(imageUrl)) return undefined;',
		replacement: "if (typeof imageUrl !== 'string') return undefined;",
		tests: 'fuzz/responses',
	},
	{
		safeguard: 'error listener of a download before it is read',
		file: `${VEO}/transport/downloadAttempt.ts`,
		code: "body.on('error', onFailure);",
		replacement: '',
		tests: 'unit/transport/download',
	},
	{
		safeguard: 'redaction of the API key',
		file: `${VEO}/transport/redaction.ts`,
		code: "if (secret === '') return text;",
		replacement: "if (secret === '' || text !== '') return text;",
		tests: 'unit/transport/redaction',
	},
	{
		safeguard: 'rejection of inherited header properties',
		file: `${VEO}/webhook/secret.ts`,
		code: 'const sent = getOwnProperty(headers, header);',
		replacement: 'const sent = headers[header];',
		tests: 'unit/webhook/(request|secret)',
	},
	{
		safeguard: 'no end of a wait because of callbacks during an outage',
		file: `${JOBS}/callbackWait.ts`,
		code: "polled.result?.outcome === 'unreachable' ?",
		replacement: 'false ?',
		tests: 'unit/jobs/callbackWait',
	},
	{
		safeguard: 'poll interval of status checks that callbacks cause',
		file: `${JOBS}/callbackWait.ts`,
		code: 'polls >= MAX_UNPACED_POLLS &&',
		replacement: 'polls >= 1_000 * MAX_UNPACED_POLLS &&',
	},
	{
		safeguard: 'timed status checks despite frequent callbacks',
		file: `${JOBS}/callbackWait.ts`,
		code: 'if (isDueByTimer({ ...wait, dueAtMs }, nowMs)) return true;',
		replacement: 'void dueAtMs;',
		tests: 'unit/jobs/callbackWait',
	},
	{
		safeguard: 'no clock jump because of a callback before the planned time',
		file: `${JOBS}/callbackWait.ts`,
		code: 'callback ? Math.min(resumeAtMs, nowMs) : resumeAtMs;',
		replacement: 'resumeAtMs;',
		tests: 'unit/jobs/callbackWait',
	},
	{
		safeguard: 'timed status check at the deadline',
		file: `${JOBS}/callbackSchedule.ts`,
		code: 'checkMs + MIN_BEFORE_DEADLINE_MS > deadlineMs ? deadlineMs : checkMs;',
		replacement: 'checkMs;',
		tests: 'unit/jobs/callbackWait',
	},
	{
		safeguard: 'no URL that the API cannot reach',
		file: `${VEO}/execution/callback.ts`,
		code: 'if (!isLocal(url) || isLocal(new URL(apiUrl))) return undefined;',
		replacement: 'if (url.host !== apiUrl) return undefined;',
		tests: 'unit/execution/callback',
	},
	{
		safeguard: 'no abandoned wait if nothing was submitted or the node throws',
		file: `${VEO}/actions/router.ts`,
		code: 'await endOpenWait(context);',
		replacement: 'void endOpenWait;',
		tests: 'engine/durableCallback',
	},
	{
		safeguard: 'wait after a callback before the execution is suspended',
		file: `${VEO}/actions/router.ts`,
		code: 'if (resumed && !(await isParentSuspended(context, parentExecutionId))) {',
		replacement: 'if (!resumed && !(await isParentSuspended(context, parentExecutionId))) {',
		tests: 'engine/durableCallback',
	},
	{
		safeguard: 'status check soon after a callback before the execution is suspended',
		file: `${VEO}/execution/waitWorkflow.ts`,
		code: 'wait: { ...state.wait, dueAtMs }, registered }',
		replacement: 'wait: { dueAtMs, ...state.wait }, registered }',
		tests: 'engine/durableCallback',
	},
	{
		safeguard: 'status checks for a suspended agent that n8n has recovered',
		file: `${VEO}/execution/waitWorkflow.ts`,
		code: '&& !(waitTill && error',
		replacement: '&& !(!waitTill && error',
		tests: 'engine/durable\\.',
	},
	{
		safeguard: 'no cause that invites a retry of a submission in doubt',
		file: `${VEO}/output/errors.ts`,
		code: 'isInDoubt ? undefined : failureOf(error)',
		replacement: 'failureOf(error)',
		tests: 'unit/output/failure',
	},
	{
		safeguard: 'log of a status check without a text of the API',
		file: `${VEO}/execution/loggedClient.ts`,
		code: '(${result.error.kind})',
		replacement: '(${result.error.detail})',
		tests: 'unit/execution/loggedClient',
	},
	{
		safeguard: 'row of the video register before the paid request',
		file: `${VEO}/register/entry.ts`,
		code: 'leftover ?? (await attempt(async () => await this.compete(signal)))',
		replacement:
			'leftover ?? (signal.aborted ? await attempt(async () => await this.compete(signal)) : undefined)',
		tests: 'chaos/registerCrashes',
	},
	{
		safeguard: 'row of the video register just before the paid request',
		file: `${VEO}/register/register.ts`,
		code: '.slice(0, settings.concurrency);',
		replacement: '.slice(0, settings.concurrency * 1_000);',
		tests: 'unit/register',
	},
	{
		safeguard: 'claim of an undelivered video',
		file: `${VEO}/register/entry.ts`,
		code: "if (row.uuid !== '' && !(await store.claim(row))) continue;",
		replacement: "if (row.uuid !== '') await store.claim(row);",
		tests: 'unit/register',
	},
	{
		safeguard: 'wait for a row that may have been read too early',
		file: `${VEO}/register/entry.ts`,
		code: 'this.firstRead.some((row) => row.id === id)',
		replacement: 'this.firstRead.some((row) => row.id < 0 * id)',
		tests: 'unit/register',
	},
	{
		safeguard: 'budget',
		file: `${VEO}/register/register.ts`,
		code: 'if (submitted + needed <= maxPerDay) return;',
		replacement: 'if (needed <= maxPerDay) return;',
		tests: 'unit/register',
	},
	{
		safeguard: 'check that the execution of an undelivered video is over',
		file: `${VEO}/register/entry.ts`,
		code: 'if (!(await store.isOver(row.executionId)) || offeredIds.has(row.id)) continue;',
		replacement: 'if (offeredIds.has(row.id)) continue;',
		tests: 'unit/register',
	},
	{
		safeguard: 'no second wait with Retry On Fail',
		file: `${VEO}/execution/waitWorkflow.ts`,
		code: 'results.map(({ item }) => shownWhileWaiting(item))',
		replacement: 'results.map(({ item }) => (shownWhileWaiting(item), item))',
		tests: 'engine/durable\\.',
	},
	{
		safeguard: 'the same account in the wait',
		file: `${VEO}/execution/waitProbe.ts`,
		code: 'return account === submissions.account',
		replacement: 'return account !== submissions.account + key',
		tests: 'engine/durableUnavailable',
	},
	{
		safeguard: 'one account for all items',
		file: `${VEO}/actions/video/generate.operation.ts`,
		code: 'await context.checkAccount(itemIndex);',
		replacement: '',
		tests: 'engine/validation',
	},
	{
		safeguard: 'records of other calls of a tool',
		file: `${JOBS}/idempotency.ts`,
		code: 'if (!this.isShared) this.records.clear();',
		replacement: 'if (this.keys) this.records.clear();',
		tests: 'unit/jobs/idempotency',
	},
	{
		safeguard: 'no end of a durable wait because of rate limiting',
		file: `${JOBS}/durableWait.ts`,
		code: 'if (!isRateLimited(error)) next.consecutiveFailures++;',
		replacement: 'if (isRateLimited(error) || true) next.consecutiveFailures++;',
		tests: 'unit/jobs/durableWait',
	},
	{
		safeguard: 'no delivery of items that n8n may discard',
		file: `${VEO}/register/session.ts`,
		code: 'return node.retryOnFail === true &&',
		replacement: 'return !node.retryOnFail &&',
		tests: 'engine/register',
	},
	{
		safeguard: 'error items instead of the input items',
		file: `${VEO}/execution/failedItems.ts`,
		code: 'if (!functions.continueOnFail()) {',
		replacement: 'if (items.length > 0) {',
		tests: 'engine/validation',
	},
];

import Sequencer from '@jest/test-sequencer';

/**
 * The files that take longest, of `npm test` and `npm run test:e2e`. Those that mostly wait run beside
 * those that keep the processors busy; the short ones come last.
 */
const LONGEST = [
	...['engine/retries', 'engine/generate', 'engine/magicPrompts', 'engine/errors', 'chaos/chaos'],
	...['contract/sandboxCommandLine', 'engine/creditSafety', 'chaos/registerCrashes'],
	...['engine/durable', 'package/reproducible', 'fuzz/webhookRequests', 'package/scanner'],
	...['engine/items', 'fuzz/inputs', 'contract/sandboxFaults', 'fuzz/operations'],
	...['package/sandboxPackage', 'engine/durableCallback', 'engine/savedWorkflows'],
	...['e2e/durableBranches', 'e2e/agentDurable', 'e2e/editorRuns', 'e2e/register'],
	...['e2e/durableCallback', 'e2e/durableRegister', 'e2e/durableRestart', 'e2e/trigger'],
	...['e2e/examples', 'e2e/durable', 'e2e/editor', 'e2e/moreExamples', 'e2e/canceledExecution'],
	...['e2e/durableExamples', 'e2e/registerFull', 'e2e/observability'],
].map((name) => `/test/${name}.test.ts`);

const rankOf = ({ path }) => {
	const portable = path.replaceAll('\\', '/');
	const rank = LONGEST.findIndex((name) => portable.endsWith(name));
	return rank === -1 ? LONGEST.length : rank;
};

/** Starts the longest test files first, also in a fresh clone, where jest doesn't know their durations. */
export default class extends Sequencer {
	sort(tests) {
		return [...super.sort(tests)].sort((a, b) => rankOf(a) - rankOf(b));
	}
}

import { basename } from 'node:path';
import Sequencer from '@jest/test-sequencer';

/**
 * The files that take longest. Those that mostly wait for n8n's clock run beside those that keep the
 * processors busy; the short ones come last.
 */
const LONGEST = [
	...['durableBranches', 'agentDurable', 'editorRuns', 'register'],
	...['durableCallback', 'durableRegister', 'durableRestart', 'trigger'],
	...['examples', 'durable', 'editor', 'moreExamples', 'registerFull', 'observability'],
];

const rankOf = ({ path }) => {
	const rank = LONGEST.indexOf(basename(path, '.test.ts'));
	return rank === -1 ? LONGEST.length : rank;
};

/** Starts the longest test files first, also in a fresh clone, where jest doesn't know their durations. */
export default class extends Sequencer {
	sort(tests) {
		return [...super.sort(tests)].sort((a, b) => rankOf(a) - rankOf(b));
	}
}

import { basename } from 'node:path';
import Sequencer from '@jest/test-sequencer';

/**
 * The files that take longest, in this order, since most of that time they wait for n8n's clock. The
 * others fill the processors meanwhile.
 */
const LONGEST = [
	'durableBranches',
	'agentDurable',
	'durableCallback',
	'durableRegister',
	'register',
	'editorRuns',
	'trigger',
	'durableRestart',
	'examples',
	'durable',
	'editor',
	'moreExamples',
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

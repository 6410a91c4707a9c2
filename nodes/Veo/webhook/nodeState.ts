import type { IWebhookFunctions } from 'n8n-workflow';
import { createClock } from '../transport/clock';
import { BoundedMap } from './boundedMap';
import { LogLimiter } from './logLimiter';
import { StatusLimiter } from './statusLimiter';

const MAX_NODES = 1_000;

/** What the webhook requests to one node share while n8n runs. */
interface NodeState {
	/** Unique for each node of each workflow. */
	nodeKey: string;
	statusLimiter: StatusLimiter;
	log: LogLimiter;
}

/** Shared, since a limit outlives the request that created it. */
const clock = createClock();
const states = new BoundedMap<NodeState>(MAX_NODES);

/** The test URL has its own state, so that a flood of the production URL doesn't affect a test. */
export function nodeStateOf(functions: IWebhookFunctions): NodeState {
	const nodeKey = `${functions.getWorkflow().id}:${functions.getNode().id}`;
	return states.getOrCreate(`${functions.getMode() === 'manual'}:${nodeKey}`, () => ({
		nodeKey,
		statusLimiter: new StatusLimiter(clock),
		log: new LogLimiter(clock),
	}));
}

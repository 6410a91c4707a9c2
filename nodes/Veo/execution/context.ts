import type { IExecuteFunctions, INode } from 'n8n-workflow';
import { VeoClient } from '../api/client';
import { Pace } from '../retry/rateLimiter';
import type { Patience } from '../retry/retry';
import { Ledger } from '../jobs/idempotency';
import { Stops } from './cancellation';
import { readAccount, type Account } from '../transport/credential';
import type { ItemTask } from './items';
import { Parameters } from '../parameters/parameterReader';
import { apiTransport, systemClock } from '../transport/send';

/** An operation: reads and checks an item's parameters, sending nothing; its task does the work. */
export type Prepare = (run: NodeRun, parameters: Parameters) => Promise<ItemTask>;

/** A hidden field, set only where the node's own sub-workflow looks at parked jobs. */
export const PARENT_EXECUTION = 'parentExecutionId';

/** One execution of the node: what the work on its items shares. */
export class NodeRun {
	readonly node: INode;
	readonly client: VeoClient;
	readonly clock = systemClock;
	readonly ledger: Ledger;
	readonly maxConcurrency: number;
	readonly maxRetries: number;
	readonly stops = new Stops();
	/** n8n drops or refuses binary data where an AI agent calls the node as its tool (2.41.1). */
	readonly jsonOnly: boolean;
	/** Whether Get Status has an output for each status, as the node's `outputs` say. */
	readonly branchesByStatus: boolean;
	/** The execution that is parked until its videos are ready, where this is a round of its wait. */
	readonly parentExecutionId: string;
	private readonly cancelSignal: AbortSignal | undefined;
	private readonly onCancel = () => this.stops.stop();
	private readonly followed = new Map<number, string>();
	/** One pace for the API, one for the videos' hosts. */
	private readonly pace = new Pace(systemClock);
	private readonly downloadPace = new Pace(systemClock);

	private constructor(
		readonly functions: IExecuteFunctions,
		account: Account,
	) {
		const parameters = new Parameters(functions, 0);
		this.node = functions.getNode();
		this.client = new VeoClient(apiTransport(functions, account), systemClock.now);
		const concurrency = { label: 'Max Concurrency', fallback: 10, least: 1, unit: 'jobs' };
		this.maxConcurrency = Math.floor(parameters.number('options.maxConcurrency', concurrency));
		const retries = { label: 'Max Retries', fallback: 5, least: 0, unit: 'retries' };
		this.maxRetries = Math.floor(parameters.number('options.maxRetries', retries));
		const runIndex = Number(functions.getWorkflowDataProxy(0).$runIndex);
		this.ledger = new Ledger(functions.getContext('node'), runIndex);
		// today's agents run a tool as a node of its own, whose type n8n has named so (2.41.1)
		this.jsonOnly = functions.isToolExecution?.() || this.node.type.endsWith('Tool');
		const looks = parameters.text('operation', 'Operation') === 'getStatus';
		this.branchesByStatus =
			looks &&
			!parameters.flag('waitForCompletion', false) &&
			parameters.flag('branchByStatus', false);
		this.parentExecutionId = looks ? parameters.text(PARENT_EXECUTION, 'Parent Execution') : '';
		this.cancelSignal = functions.getExecutionCancelSignal();
		if (this.isCancelled) this.stops.stop();
		this.cancelSignal?.addEventListener('abort', this.onCancel);
	}

	/** @throws NodeOperationError where the credential or an option cannot work */
	static async start(functions: IExecuteFunctions): Promise<NodeRun> {
		return new NodeRun(functions, await readAccount(functions));
	}

	/** What the calls for one item are sent and repeated with. */
	patience(itemIndex: number): Patience {
		const { clock, pace, maxRetries, stops } = this;
		return { clock, pace, maxRetries, random: Math.random, signal: stops.signal(itemIndex) };
	}

	/** The same for the host of the item's video. */
	downloadPatience(itemIndex: number): Patience {
		return { ...this.patience(itemIndex), pace: this.downloadPace };
	}

	get isCancelled(): boolean {
		return this.cancelSignal?.aborted ?? false;
	}

	/** Lets go of n8n's signal, which outlives the run: a loop would gather listeners on it. */
	close(): void {
		this.cancelSignal?.removeEventListener('abort', this.onCancel);
	}

	/** Notes a job that an item is about, so that it is not lost from view if the run ends early. */
	follow(itemIndex: number, uuid: string): void {
		this.followed.set(itemIndex, uuid);
	}

	/** The ids of all jobs of this run, or of those of all items but one. */
	jobs(butOfItem?: number): string[] {
		return [...this.followed].filter(([item]) => item !== butOfItem).map(([, uuid]) => uuid);
	}
}

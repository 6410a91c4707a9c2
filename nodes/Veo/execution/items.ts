import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import type { DurableWait } from '../jobs/durableWait';
import type { PollOptions } from '../jobs/polling';
import type { DownloadTarget } from '../parameters/downloadTarget';

/** How to wait for a video; plain JSON, since n8n stores it in its database during a durable wait. */
export interface WaitPlan extends PollOptions {
	/** Whether to suspend the execution. */
	durable: boolean;
	onTimeout: 'error' | 'continue';
	/**
	 * Whether failed items of a durable wait contain their request. It is absent if they go to n8n's
	 * error output, which accepts no other fields.
	 */
	describeFailures?: boolean;
	/** Undefined if the video is not downloaded. */
	target?: DownloadTarget;
}

/** The row of an item's video in the video register, for the sub-workflow of a durable wait. */
export interface RegisteredRow {
	table: string;
	id: number;
	/** Whether the video belongs to this execution, so that its delivery is recorded. */
	isOwner: boolean;
}

/** A durable wait with its plan. */
export interface WaitingItem extends DurableWait {
	plan: WaitPlan;
}

/** The result of one item: the item, and the output of the node to which it is routed. */
export interface ItemResult {
	item: INodeExecutionData;
	output: number;
	/** Set while the item is not final. */
	wait?: WaitingItem;
	/** Set if the video is registered. */
	registered?: RegisteredRow;
}

/** An operation's work for one item, after its parameters were validated. */
export type ItemTask = () => Promise<ItemResult>;

/** The result of a sub-workflow; `waitTill` is set if it waits, and then n8n suspends its parent. */
export type StartedWorkflow = Awaited<ReturnType<IExecuteFunctions['executeWorkflow']>>;

/** A wait workflow whose URL is known, while its parent submits the videos. */
export interface OpenWait {
	/** n8n resumes the wait workflow on a POST request to this URL. */
	url: string;
	/**
	 * Starts the wait.
	 * @param items - the state of each item
	 * @throws what n8n throws
	 */
	start(items: INodeExecutionData[]): Promise<StartedWorkflow>;
	/**
	 * Ends the wait workflow, unless its wait has started. It must not outlive the node: n8n would resume
	 * a later Wait node of the parent with its items (2.41.1).
	 */
	end(): Promise<void>;
}

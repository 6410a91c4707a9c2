import type { IDataObject, IExecuteFunctions, INode, INodeExecutionData } from 'n8n-workflow';
import { isTransient, type ApiResult } from '../api/errors';
import type { VideoJob } from '../api/types';
import type { Callback } from '../jobs/callbackWait';
import { SubmissionStore } from '../jobs/idempotency';
import { callError, otherAccountError, type ErrorSource } from '../output/errors';
import type { Action } from '../output/messages';
import { RunReport, STILL_GENERATED } from '../output/report';
import { ParameterReader } from '../parameters/parameterReader';
import { RateLimiter } from '../retry/rateLimiter';
import { sendWithRetry, type CallContext } from '../retry/retry';
import { createClock } from '../transport/clock';
import {
	accountOf,
	readCredential,
	readCredentialFor,
	type VeoCredential,
} from '../transport/credential';
import { createRedactor } from '../transport/redaction';
import { createSend } from '../transport/send';
import { Cancellation } from './cancellation';
import { addToCustomData } from './executionRecord';
import type { OpenWait } from './items';
import { LoggedClient } from './loggedClient';
import { CallPacer } from './timeSlice';
import { Trace } from './trace';

/** One execution of the node: everything that its items share. */
export class ExecutionContext implements ErrorSource {
	readonly node: INode;
	readonly client: LoggedClient;
	readonly redact: (text: string) => string;
	readonly clock = createClock();
	readonly submissions: SubmissionStore;
	readonly maxConcurrency: number;
	readonly maxRetries: number;
	readonly cancellation = new Cancellation();
	/** The input items; after a callback, those of the wait that it resumed. */
	items: INodeExecutionData[];
	/** The callback that resumed this poll cycle, if one did. */
	callback?: Callback;
	/** Set if the requests contain the URL of the wait. */
	openWait?: Promise<OpenWait | undefined>;
	readonly baseUrl: string;
	/** n8n drops or rejects binary data if an AI agent uses the node as its tool (2.41.1). */
	readonly jsonOnly: boolean;
	/** Whether an AI agent runs the node within its own run, as agents before version 3 do. */
	readonly isTool: boolean;
	/** The run of the node: n8n keeps it in a retry, and changes it in a loop. */
	readonly run: string;
	readonly trace = new Trace();
	private readonly cancelSignal: AbortSignal | undefined;
	private readonly onCancel = () => this.cancellation.cancel();
	private readonly trackedJobs = new Map<number, string>();
	private readonly finishedJobs = new Map<number, string>();
	private readonly requests = new Map<number, IDataObject>();
	/** One rate limiter for the API, one for the video hosts. */
	private readonly rateLimiter = new RateLimiter(this.clock);
	private readonly downloadRateLimiter = new RateLimiter(this.clock);
	private readonly pacer = new CallPacer(this.clock, this.cancellation);

	private constructor(
		readonly functions: IExecuteFunctions,
		credential: VeoCredential,
	) {
		const parameters = new ParameterReader(functions, 0);
		this.items = functions.getInputData();
		this.baseUrl = credential.baseUrl;
		this.node = functions.getNode();
		this.redact = createRedactor(credential.apiKey);
		const send = createSend(functions, credential);
		this.client = new LoggedClient(functions.logger, send, this.clock.wallNow, this.redact);
		const concurrency = { label: 'Max Concurrency', fallback: 10, min: 1, unit: 'jobs' };
		this.maxConcurrency = Math.floor(parameters.number('options.maxConcurrency', concurrency));
		const retries = { label: 'Max Retries', fallback: 5, min: 0, unit: 'retries' };
		this.maxRetries = Math.floor(parameters.number('options.maxRetries', retries));
		// current agents run a tool as a separate node, whose type n8n gives this suffix (2.41.1)
		const hasToolType = this.node.type.endsWith('Tool');
		const isTool = functions.isToolExecution?.();
		this.isTool = isTool ?? false;
		this.jsonOnly = this.isTool || hasToolType;
		// n8n counts the retries of an agent's tool as separate runs (2.41.1, makeHandleToolInvocation).
		// An older one doesn't tell who runs the node (2.0.3).
		const isShared = isTool ?? hasToolType;
		this.run = isShared ? 'tool' : String(functions.getWorkflowDataProxy(0).$runIndex);
		this.submissions = new SubmissionStore(
			functions.getContext('node'),
			this.run,
			accountOf(credential),
			isShared,
			(itemIndex, result) => this.onSubmission(itemIndex, result),
		);
		this.cancelSignal = functions.getExecutionCancelSignal();
		if (this.isCanceled) this.cancellation.cancel();
		this.cancelSignal?.addEventListener('abort', this.onCancel);
	}

	/** @throws NodeOperationError if the credential or an option is invalid */
	static async create(functions: IExecuteFunctions): Promise<ExecutionContext> {
		return new ExecutionContext(functions, await readCredential(functions));
	}

	/**
	 * n8n evaluates expressions in the credential for the first item, and authenticates all requests with
	 * it (2.41.1, httpRequestWithAuthentication), so another account would pay. Takes 5 ms for an item.
	 * @throws NodeOperationError if the credential has another value for this item
	 */
	async checkAccount(itemIndex: number): Promise<void> {
		if (itemIndex === 0) return;
		const account = accountOf(await readCredentialFor(this.functions, itemIndex));
		if (account !== this.submissions.account) throw otherAccountError(this.node, itemIndex);
	}

	/** For calls to the API about one item. */
	callContext(itemIndex: number): CallContext {
		const { clock, rateLimiter, maxRetries, cancellation } = this;
		const signal = cancellation.signal(itemIndex);
		const turn = async () => await this.pacer.turn();
		return { clock, rateLimiter, maxRetries, random: Math.random, signal, turn };
	}

	/** For calls to the host of the item's video. */
	downloadCallContext(itemIndex: number): CallContext {
		return { ...this.callContext(itemIndex), rateLimiter: this.downloadRateLimiter };
	}

	/**
	 * Checks the status of a job once, with retries.
	 * @throws NodeApiError that contains the job's ID
	 */
	async fetchStatus(
		itemIndex: number,
		uuid: string,
		action: Action = 'getStatus',
	): Promise<VideoJob> {
		this.addVideo(uuid, false);
		const call = () => this.client.getVideoStatus(uuid);
		const result = await sendWithRetry(call, isTransient, this.callContext(itemIndex));
		if (result.ok) return result.value;
		throw callError(this, itemIndex, result.error, action, uuid);
	}

	get isCanceled(): boolean {
		return this.cancelSignal?.aborted ?? false;
	}

	/** Stops listening to n8n's signal, which outlives the node: a loop would add more listeners. */
	close(): void {
		this.cancelSignal?.removeEventListener('abort', this.onCancel);
		const tracing = this.trace.attributes(this.client.statusChecks);
		if (tracing) this.functions.setMetadata({ tracing });
	}

	/**
	 * Registers an item's job, so that its ID is reported if the node ends early.
	 * @param isReused - whether an earlier attempt or execution submitted it
	 */
	trackJob(itemIndex: number, uuid: string, isReused = false): void {
		this.trackedJobs.set(itemIndex, uuid);
		this.addVideo(uuid, isReused);
		if (isReused) this.logVideo(itemIndex, uuid, 'reused');
	}

	/** Registers the video of an item that an earlier poll cycle finished, for the error of another item. */
	trackFinished(itemIndex: number, uuid: string): void {
		this.finishedJobs.set(itemIndex, uuid);
	}

	private addVideo(uuid: string, isReused: boolean): void {
		addToCustomData(this.functions, uuid, false);
		this.trace.addVideo(uuid, isReused);
	}

	private onSubmission(itemIndex: number, result: ApiResult<VideoJob>): void {
		const uuid = result.ok ? result.value.uuid : result.error.uuid;
		if (uuid === undefined) return;
		addToCustomData(this.functions, uuid, true);
		if (result.ok) this.logVideo(itemIndex, uuid, 'submitted');
	}

	/** Shows the progress in n8n's log: n8n has no other place while a node runs (2.41.1). */
	logVideo(itemIndex: number, uuid: string, event: string): void {
		this.functions.logger.info(`Veo video ${uuid} (item ${itemIndex}) ${event}`);
	}

	/** Stores what an item requested, for the item that n8n outputs if it fails. */
	describeItem(itemIndex: number, request: IDataObject): void {
		this.requests.set(itemIndex, request);
	}

	requestOf(itemIndex: number): IDataObject | undefined {
		return this.requests.get(itemIndex);
	}

	/** The ID of each item's video, of all attempts. */
	get videos(): ReadonlyMap<number, string> {
		return new Map([...this.submissions.summary().uuids, ...this.trackedJobs]);
	}

	/**
	 * The jobs and the submissions in doubt of this run, in all attempts.
	 * @param introduction - what the videos are, for the text
	 * @param exceptItem - an item that another error reports
	 */
	report(introduction: string, exceptItem?: number): RunReport {
		const { inDoubt } = this.submissions.summary();
		const finished = introduction === STILL_GENERATED ? [] : this.finishedJobs;
		const ids = [...new Map([...finished, ...this.videos])];
		return new RunReport(
			introduction,
			ids.filter(([itemIndex]) => itemIndex !== exceptItem).map(([, uuid]) => uuid),
			inDoubt.filter((itemIndex) => itemIndex !== exceptItem),
		);
	}
}

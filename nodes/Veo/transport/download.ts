import type {
	BinaryHelperFunctions,
	IBinaryData,
	IBinaryKeyData,
	IN8nHttpFullResponse,
	INode,
	RequestHelperFunctions,
} from 'n8n-workflow';
import type { Clock } from '../retry/clock';
import { failed, type Answer, type Failure } from '../api/errors';
import { mayRepeat, sendPatiently, type Patience } from '../retry/retry';
import type { VideoJob } from '../api/types';
import { apiError } from '../output/errors';
import type { VideoTarget } from '../execution/items';
import { networkFault } from './networkErrors';
import type { Parameters } from '../parameters/parameterReader';
import { plainHeaders, within } from './send';
import { judge, videoType } from './downloadResponse';
import { downloadWords } from '../output/messages';

/** How long the video's host may take to begin its answer. */
const ANSWER_TIMEOUT_MS = 60_000;
/** How long not a single byte may come before a download counts as hung. */
const STALL_MS = 30_000;

/** What a download needs of whoever wants it; a run of the node is one. */
export interface Downloader {
	readonly node: INode;
	readonly functions: {
		helpers: Pick<RequestHelperFunctions, 'httpRequest'> &
			Pick<BinaryHelperFunctions, 'prepareBinaryData'>;
	};
	/** What the calls to the video's host are sent and repeated with. */
	downloadPatience(itemIndex: number): Patience;
}

/** Node's Readable, which may not be imported from 'stream' here, not even as a type. */
type Readable = Awaited<ReturnType<BinaryHelperFunctions['getBinaryStream']>>;

/**
 * Downloads a job's video into n8n's binary data, as a stream from one to the other. The request is
 * plain: the video may lie on any host, and the API key is none of its business.
 * @param job - completed, so with a `videoUrl`
 * @returns the item's binary data under the name that 'Output Data Field Name' gives
 * @throws NodeApiError, naming the job, where the file cannot be had
 */
export async function downloadVideo(
	run: Downloader,
	itemIndex: number,
	{ uuid, videoUrl }: VideoJob,
	target: VideoTarget,
): Promise<IBinaryKeyData> {
	const fileName = target.fileName || `${uuid}.mp4`;
	const patience = run.downloadPatience(itemIndex);
	const answer = await sendPatiently(
		async () => await fetchVideo(run.functions, videoUrl ?? '', fileName, patience),
		mayRepeat,
		patience,
	);
	if (answer.ok) return { [target.property]: answer.data };
	const { kind, httpStatus } = answer.failure;
	throw apiError(run.node, itemIndex, downloadWords(answer.failure, uuid), {
		uuid,
		videoUrl,
		reason: kind,
		...(httpStatus !== undefined && { httpStatus }),
	});
}

export function videoTarget(parameters: Parameters): VideoTarget {
	return {
		property: parameters.requiredText('outputBinaryPropertyName', 'Output Data Field Name').trim(),
		fileName: parameters.text('options.fileName', 'File Name').trim(),
	};
}

async function fetchVideo(
	{ helpers }: Downloader['functions'],
	url: string,
	fileName: string,
	{ signal, clock }: Patience,
): Promise<Answer<IBinaryData>> {
	const request: Promise<IN8nHttpFullResponse | Failure> = helpers
		.httpRequest({
			url,
			// a compressed file would have another length than its headers say
			headers: { 'accept-encoding': 'identity' },
			encoding: 'stream',
			returnFullResponse: true,
			ignoreHttpStatusErrors: true,
			timeout: ANSWER_TIMEOUT_MS,
			abortSignal: signal,
		})
		.catch(faultOf);
	const response = await within<IN8nHttpFullResponse | Failure>(ANSWER_TIMEOUT_MS, request, () => ({
		kind: 'timeout',
		detail: `No answer within ${ANSWER_TIMEOUT_MS / 1000} seconds`,
	}));
	if ('kind' in response) {
		void request.then(letGo);
		return failed(response);
	}
	const { body } = response;
	const headers = plainHeaders(response.headers);
	if (!isReadable(body)) return failed({ kind: 'malformed', detail: 'The answer is no stream' });
	// until somebody reads, nobody else would hear of a connection that breaks or is cut by a stop
	body.on('error', () => {});
	if (!body.readable) return failed({ kind: 'reset', detail: 'The connection broke' });
	const refusal = judge(response.statusCode, headers, clock.now());
	if (refusal) {
		body.destroy();
		return failed(refusal);
	}
	return await store(clock, body, Number(headers['content-length'] ?? NaN), async (stream) => {
		return await helpers.prepareBinaryData(stream, fileName, videoType(headers));
	});
}

/** Hands the stream on while counting it, so that a hung or cut download is noticed. */
async function store(
	clock: Clock,
	body: Readable,
	expectedBytes: number,
	keep: (stream: Readable) => Promise<IBinaryData>,
): Promise<Answer<IBinaryData>> {
	const done = new AbortController();
	let bytes = 0;
	const counted = body.map((chunk: Buffer) => {
		bytes += chunk.length;
		return chunk;
	});
	counted.on('error', () => {}); // as for the body
	void destroyWhenStalled(body, () => bytes, clock, done.signal);
	try {
		const binary = await keep(counted);
		const isCut = bytes === 0 || (expectedBytes >= 0 && bytes !== expectedBytes);
		return isCut
			? failed({ kind: 'reset', detail: `${bytes} of ${expectedBytes} bytes came` })
			: { ok: true, data: binary };
	} catch (error) {
		return failed(faultOf(error));
	} finally {
		done.abort();
		body.destroy();
	}
}

async function destroyWhenStalled(
	stream: Readable,
	bytes: () => number,
	clock: Clock,
	done: AbortSignal,
): Promise<void> {
	for (let before = -1; before !== bytes() && !done.aborted; ) {
		before = bytes();
		await clock.sleep(STALL_MS, done);
	}
	if (!done.aborted) stream.destroy(new Error(`No byte came for ${STALL_MS / 1000} seconds`));
}

/** Closes the connection of an answer that came too late. */
function letGo(response: IN8nHttpFullResponse | Failure): void {
	if ('body' in response && isReadable(response.body)) response.body.destroy();
}

function faultOf(error: unknown): Failure {
	const { fault, detail } = networkFault(error);
	return { kind: fault, detail };
}

function isReadable(value: unknown): value is Readable {
	return typeof value === 'object' && value !== null && 'map' in value && 'destroy' in value;
}

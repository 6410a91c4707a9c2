import type {
	BinaryHelperFunctions,
	IBinaryData,
	IN8nHttpFullResponse,
	RequestHelperFunctions,
} from 'n8n-workflow';
import { isTransient, type ApiResult, type VeoError } from '../api/errors';
import { err, ok } from '../result';
import type { Clock } from '../retry/clock';
import { sendWithRetry, type CallContext } from '../retry/retry';
import { withTimeout } from './clock';
import { checkDownloadResponse, videoMimeType } from './downloadResponse';
import { classifyNetworkError } from './networkErrors';
import { normalizeHeaders } from './send';

/** How long the video host may take to start its response. */
const RESPONSE_TIMEOUT_MS = 60_000;
/** How long a download may receive no data before it counts as stalled. */
const STALL_MS = 30_000;

export type DownloadHelpers = Pick<RequestHelperFunctions, 'httpRequest'> &
	Pick<BinaryHelperFunctions, 'prepareBinaryData'>;

/** Node's Readable, which must not be imported from 'stream' here, not even as a type. */
type Readable = Awaited<ReturnType<BinaryHelperFunctions['getBinaryStream']>>;

/**
 * Downloads a video into n8n's binary data, streamed from one to the other. The request has no
 * credentials: the video can be on any host, which must not receive the API key.
 */
export async function downloadFile(
	helpers: DownloadHelpers,
	url: string,
	fileName: string,
	context: CallContext,
): Promise<ApiResult<IBinaryData>> {
	return await sendWithRetry(
		async () => await fetchFile(helpers, url, fileName, context),
		isTransient,
		context,
	);
}

async function fetchFile(
	helpers: DownloadHelpers,
	url: string,
	fileName: string,
	{ signal, clock }: CallContext,
): Promise<ApiResult<IBinaryData>> {
	const request: Promise<IN8nHttpFullResponse | VeoError> = helpers
		.httpRequest({
			url,
			// the length of a compressed file would differ from its content-length
			headers: { 'accept-encoding': 'identity' },
			encoding: 'stream',
			returnFullResponse: true,
			ignoreHttpStatusErrors: true,
			timeout: RESPONSE_TIMEOUT_MS,
			abortSignal: signal,
		})
		.catch(classifyNetworkError);
	const response = await withTimeout<IN8nHttpFullResponse | VeoError>(
		RESPONSE_TIMEOUT_MS,
		request,
		() => ({
			kind: 'timeout',
			detail: `No response within ${RESPONSE_TIMEOUT_MS / 1000} seconds`,
		}),
	);
	if ('kind' in response) {
		void request.then(destroyLateResponse);
		return err(response);
	}
	const { body } = response;
	const headers = normalizeHeaders(response.headers);
	if (!isReadable(body)) return err({ kind: 'malformed', detail: "The response isn't a stream" });
	// without a listener, a connection that breaks before the stream is read would end the process
	body.on('error', () => {});
	if (!body.readable) return err({ kind: 'reset', detail: 'The connection was closed' });
	const error = checkDownloadResponse(response.statusCode, headers, clock.now());
	if (error) {
		body.destroy();
		return err(error);
	}
	return await store(clock, body, Number(headers['content-length'] ?? NaN), async (stream) => {
		return await helpers.prepareBinaryData(stream, fileName, videoMimeType(headers));
	});
}

/** Stores the stream and counts its bytes, to detect a stalled or incomplete download. */
async function store(
	clock: Clock,
	body: Readable,
	expectedBytes: number,
	write: (stream: Readable) => Promise<IBinaryData>,
): Promise<ApiResult<IBinaryData>> {
	const done = new AbortController();
	let bytes = 0;
	const counted = body.map((chunk: Buffer) => {
		bytes += chunk.length;
		return chunk;
	});
	counted.on('error', () => {}); // as for the body
	void destroyWhenStalled(body, () => bytes, clock, done.signal);
	try {
		const binary = await write(counted);
		const isIncomplete = bytes === 0 || (expectedBytes >= 0 && bytes !== expectedBytes);
		return isIncomplete
			? err({ kind: 'reset', detail: `Received ${bytes} of ${expectedBytes} bytes` })
			: ok(binary);
	} catch (error) {
		return err(classifyNetworkError(error));
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
	if (!done.aborted) {
		stream.destroy(new Error(`No data received for ${STALL_MS / 1000} seconds`));
	}
}

/** Closes the connection of a response that came after the timeout. */
function destroyLateResponse(response: IN8nHttpFullResponse | VeoError): void {
	if ('body' in response && isReadable(response.body)) response.body.destroy();
}

function isReadable(value: unknown): value is Readable {
	return typeof value === 'object' && value !== null && 'map' in value && 'destroy' in value;
}

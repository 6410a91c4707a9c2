import type { RequestListener } from 'node:http';
import type { Readable } from 'node:stream';
import axios from 'axios';
import type { IBinaryData, IHttpRequestOptions } from 'n8n-workflow';
import { downloadFile } from '../../../nodes/Veo/transport/download';
import type { DownloadHelpers } from '../../../nodes/Veo/transport/downloadAttempt';
import type { Clock } from '../../../nodes/Veo/retry/clock';
import type { CallContext } from '../../../nodes/Veo/retry/retry';
import { createClock } from '../../../nodes/Veo/transport/clock';
import { RespondingServer } from '../../harness/respondingServer';
import { createCallContext } from './callContext';

const systemClock = createClock();

/** Real time, 100 times as fast: a limit of 30 seconds takes 300 ms. */
export const fastClock: Clock = {
	now: () => systemClock.now() * 100,
	wallNow: systemClock.wallNow,
	sleep: async (ms, signal) => await systemClock.sleep(ms / 100, signal),
};

/** What the node stored. */
export interface Stored {
	fileName: string | undefined;
	mimeType: string | undefined;
	bytes: Buffer;
}

/** A video host on a real socket. */
export class VideoHost extends RespondingServer {
	readonly stored: Stored[] = [];

	override respond(listener: RequestListener): void {
		super.respond(listener);
		this.stored.length = 0;
	}

	/** Responds with these bytes and headers. */
	send(bytes: Buffer, headers: Record<string, string | number> = {}, status = 200): void {
		this.respond((_, response) => response.writeHead(status, headers).end(bytes));
	}

	/** Resolves after the node closed the connection of the next request. */
	async connectionClosed(): Promise<void> {
		await new Promise<void>((resolve) =>
			this.server.once('request', ({ socket }) => socket.once('close', resolve)),
		);
	}

	async download(
		context: Partial<CallContext> = {},
		helpers: Partial<DownloadHelpers> = {},
		limitMs?: number,
	): Promise<Awaited<ReturnType<typeof downloadFile>>> {
		const file = { url: `${this.origin}/a`, name: ({ extension = '' }) => `a.${extension}` };
		const all = { httpRequest, prepareBinaryData: this.prepareBinaryData, ...helpers };
		return await downloadFile(
			all,
			file,
			createCallContext(systemClock, { random: () => 0, ...context }),
			limitMs,
		);
	}

	readonly prepareBinaryData: DownloadHelpers['prepareBinaryData'] = async (
		content,
		fileName,
		mimeType,
	): Promise<IBinaryData> => {
		const chunks: Buffer[] = [];
		if (Buffer.isBuffer(content)) chunks.push(content);
		else for await (const chunk of content) chunks.push(chunk);
		const bytes = Buffer.concat(chunks);
		this.stored.push({ fileName, mimeType, bytes });
		return { data: '', mimeType: mimeType ?? '', bytes: bytes.length };
	};
}

/** The request as n8n 2.41.1 sends it: with this limit, axios wraps the stream. */
export async function httpRequest({ url, headers, abortSignal }: IHttpRequestOptions) {
	const {
		data,
		status,
		headers: received,
	} = await axios.get<Readable>(url, {
		headers: { 'accept-encoding': String(headers?.['accept-encoding']) },
		responseType: 'stream',
		maxContentLength: Infinity,
		validateStatus: () => true,
		signal: abortSignal,
	});
	return { body: data, statusCode: status, headers: { ...received } };
}

import { z } from 'zod';
import { messageOf, UserError } from '../lib/userError';

const TIMEOUT_MS = 60_000;
const MAX_QUOTE = 300;

/** n8n rejected a request, or returned an unexpected response. */
export class RestError extends UserError {
	constructor(
		message: string,
		readonly status: number,
	) {
		super(message);
	}
}

const errorSchema = z.object({ message: z.string() });

/** The REST API that n8n's editor uses, with the editor's login cookie. */
export class N8nRest {
	private cookie = '';

	/** @param url base URL of the instance, without a trailing slash */
	constructor(private readonly url: string) {}

	/**
	 * @param path path below /rest, e.g. "/workflows"
	 * @param schema schema of the response's `data`
	 * @throws RestError with n8n's message
	 */
	async request<T extends z.ZodTypeAny>(
		method: 'GET' | 'POST' | 'PATCH',
		path: string,
		schema: T,
		body?: unknown,
	): Promise<z.output<T>> {
		const response = await this.send(method, path, body);
		const text = await response.text();
		const parsed = z.object({ data: schema }).safeParse(parseJson(text));
		if (parsed.success) return parsed.data.data;
		const quote = text.slice(0, MAX_QUOTE);
		throw new RestError(`n8n: unexpected response to ${method} ${path}: ${quote}`, response.status);
	}

	/** Downloads a file. @param path path below /rest @throws RestError if it doesn't exist */
	async bytes(path: string): Promise<Buffer> {
		return Buffer.from(await (await this.send('GET', path)).arrayBuffer());
	}

	private async send(method: string, path: string, body?: unknown): Promise<Response> {
		const response = await fetch(`${this.url}/rest${path}`, {
			method,
			headers: { 'content-type': 'application/json', cookie: this.cookie },
			body: body === undefined ? undefined : JSON.stringify(body),
			signal: AbortSignal.timeout(TIMEOUT_MS),
		}).catch((error: unknown) => {
			throw new UserError(`n8n: no response to ${method} ${path}: ${messageOf(error)}`);
		});
		const { status } = response;
		if (!response.ok) {
			const text = await response.text();
			const { data: error } = errorSchema.safeParse(parseJson(text));
			const reason = error?.message ?? text.slice(0, MAX_QUOTE);
			throw new RestError(`n8n rejected ${method} ${path} (${status}): ${reason}`, status);
		}
		for (const line of response.headers.getSetCookie()) {
			if (line.startsWith('n8n-auth=')) this.cookie = line.split(';')[0] ?? '';
		}
		return response;
	}
}

function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

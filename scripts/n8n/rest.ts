import { z } from 'zod';
import { Failure, messageOf } from '../lib/failure';

const TIMEOUT_MS = 60_000;

/** n8n refused a request, or gave an answer of another shape than expected. */
export class RestFailure extends Failure {
	constructor(
		what: string,
		readonly status: number,
	) {
		super(what);
	}
}

const errorSchema = z.object({ message: z.string() });

function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

/** The editor's own REST API of a running n8n, with the editor's login cookie. */
export class N8nRest {
	private cookie = '';

	/** @param url of the instance, without a trailing slash */
	constructor(private readonly url: string) {}

	/**
	 * @param path below /rest, e.g. "/workflows"
	 * @param schema of the answer's `data`
	 * @throws RestFailure with n8n's own message
	 */
	async request<T extends z.ZodTypeAny>(
		method: 'GET' | 'POST' | 'PATCH',
		path: string,
		schema: T,
		body?: unknown,
	): Promise<z.output<T>> {
		const what = `n8n: ${method} ${path}`;
		const response = await fetch(`${this.url}/rest${path}`, {
			method,
			headers: { 'content-type': 'application/json', cookie: this.cookie },
			body: body === undefined ? undefined : JSON.stringify(body),
			signal: AbortSignal.timeout(TIMEOUT_MS),
		}).catch((error: unknown) => {
			throw new Failure(`${what} got no answer: ${messageOf(error)}`);
		});
		const text = await response.text();
		const json = parseJson(text);
		if (!response.ok) {
			const told = errorSchema.safeParse(json);
			const message = told.success ? told.data.message : text.slice(0, 300);
			throw new RestFailure(
				`${what} was refused (${response.status}): ${message}`,
				response.status,
			);
		}
		const parsed = z.object({ data: schema }).safeParse(json);
		if (!parsed.success) {
			const head = text.slice(0, 300);
			throw new RestFailure(`${what} gave an unexpected answer: ${head}`, response.status);
		}
		this.keepCookie(response);
		return parsed.data.data;
	}

	/** The bytes that are there. @param path below /rest @throws RestFailure if nothing is */
	async bytes(path: string): Promise<Buffer> {
		const response = await fetch(`${this.url}/rest${path}`, { headers: { cookie: this.cookie } });
		if (!response.ok) throw new RestFailure(`n8n: GET ${path} was refused`, response.status);
		return Buffer.from(await response.arrayBuffer());
	}

	private keepCookie(response: Response): void {
		for (const line of response.headers.getSetCookie()) {
			if (line.startsWith('n8n-auth=')) this.cookie = line.split(';')[0] ?? '';
		}
	}
}

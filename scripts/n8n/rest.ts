import { Agent } from 'node:http';
import axios, { isAxiosError, type AxiosInstance, type AxiosRequestConfig } from 'axios';
import { z } from 'zod';
import { messageOf, UserError } from '../lib/userError';

const TIMEOUT_MS = 60_000;

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
const quote = (data: unknown) => `${JSON.stringify(data)}`.slice(0, 300);

/** The REST API that n8n's editor uses, with the editor's login cookie. */
export class N8nRest {
	private readonly http: AxiosInstance;

	/**
	 * @param url base URL of the instance, without a trailing slash
	 * @param cookie login cookie of another client of the same instance
	 */
	constructor(url: string, cookie?: string) {
		const headers = cookie ? { cookie } : {};
		this.http = axios.create({
			baseURL: `${url}/rest`,
			proxy: false,
			timeout: TIMEOUT_MS,
			headers,
			// n8n may close a kept connection in the moment of the next request
			httpAgent: new Agent({ keepAlive: false }),
		});
	}

	/** The login cookie, after a login. */
	get cookie(): string | undefined {
		return z.string().optional().parse(this.http.defaults.headers.cookie);
	}

	/**
	 * @param path path below /rest, e.g. "/workflows"
	 * @param schema schema of the response's `data`
	 * @throws RestError with n8n's message
	 */
	async request<T extends z.ZodTypeAny>(
		method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
		path: string,
		schema: T,
		body?: unknown,
	): Promise<z.output<T>> {
		const { data, status } = await this.send(method, path, { data: body });
		const parsed = z.object({ data: schema }).safeParse(data);
		if (parsed.success) return parsed.data.data;
		throw new RestError(`n8n: unexpected response to ${method} ${path}: ${quote(data)}`, status);
	}

	/** Downloads a file. @param path path below /rest @throws RestError if it doesn't exist */
	async bytes(path: string): Promise<Buffer> {
		const { data } = await this.send('GET', path, { responseType: 'arraybuffer' });
		return z.instanceof(Buffer).parse(data);
	}

	private async send(method: string, url: string, config: AxiosRequestConfig) {
		try {
			const response = await this.http.request<unknown>({ method, url, ...config });
			const cookies = response.headers['set-cookie'] ?? [];
			const [login] = cookies.find((cookie) => cookie.startsWith('n8n-auth='))?.split(';') ?? [];
			if (login) this.http.defaults.headers.cookie = login;
			return response;
		} catch (error) {
			if (!isAxiosError<unknown>(error) || !error.response) {
				throw new UserError(`n8n: no response to ${method} ${url}: ${messageOf(error)}`);
			}
			const { data, status } = error.response;
			const reason = errorSchema.safeParse(data).data?.message ?? quote(data);
			throw new RestError(`n8n rejected ${method} ${url} (${status}): ${reason}`, status);
		}
	}
}

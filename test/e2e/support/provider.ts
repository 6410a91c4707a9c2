import { z } from 'zod';
import type { Server } from './server';

/** A video as its provider knows it. */
interface ProviderJob {
	uuid: string;
	prompt: string;
	/** The URL in the request. */
	url: string;
}

/** Plays the provider: ends videos of the sandbox, and sends callbacks to the URL of their request. */
export interface Provider {
	/** The videos whose prompt begins with the name of a scenario, in their order. */
	jobs(name: string): Promise<ProviderJob[]>;
	/** Completes a video, which the API reports from now on. */
	complete(uuid: string): Promise<void>;
	/**
	 * Sends a callback to the URL of a video.
	 * @param body - by default what the sandbox sends
	 * @param token - replaces the token of the URL
	 * @returns n8n's HTTP status
	 */
	callback(uuid: string, body?: object, token?: string): Promise<number>;
	/** The number of status checks of each video of a scenario. */
	statusChecks(name: string): Promise<number[]>;
}

const TOKEN = 'signature';
const ALWAYS = 1_000_000;

/** @param field - the request field with the URL */
export function startProvider({ sandbox }: Server, field: string): Provider {
	const jobs = async (name: string) => {
		const requests = await sandbox.journal({ endpoint: 'generate' });
		return requests
			.flatMap(({ body, acceptedUuid }): ProviderJob[] => {
				const request = z.record(z.unknown()).safeParse(body).data;
				const prompt = String(request?.prompt);
				if (!acceptedUuid || !prompt.startsWith(name)) return [];
				return [{ uuid: acceptedUuid, prompt, url: String(request?.[field]) }];
			})
			.sort((a, b) => a.prompt.localeCompare(b.prompt));
	};
	return {
		jobs,
		complete: async (uuid) => {
			const data = { status: 'completed', videoUrl: `${sandbox.origin}/videos/${uuid}.mp4` };
			const fault = { kind: 'patch' as const, data };
			await sandbox.fault({ endpoint: 'status', match: uuid, times: ALWAYS, fault });
		},
		callback: async (uuid, body = { uuid, status: 'completed' }, token) => {
			const job = (await jobs('')).find((candidate) => candidate.uuid === uuid);
			const url = new URL(String(job?.url));
			if (token !== undefined) url.searchParams.set(TOKEN, token);
			const headers = { 'content-type': 'application/json' };
			const request = { method: 'POST', headers, body: JSON.stringify(body) };
			return (await fetch(url, request)).status;
		},
		statusChecks: async (name) => {
			const checks = await sandbox.journal({ endpoint: 'status' });
			return (await jobs(name)).map(
				({ uuid }) => checks.filter((check) => check.uuid === uuid).length,
			);
		},
	};
}

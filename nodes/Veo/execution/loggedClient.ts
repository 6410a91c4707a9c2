import type { Logger } from 'n8n-workflow';
import { STATUS_TIMEOUT_MS, VeoClient } from '../api/client';
import type { ApiResult } from '../api/errors';
import type { VideoJob } from '../api/types';

/** Counts the status checks, and logs what each one returned. */
export class LoggedClient extends VeoClient {
	statusChecks = 0;

	constructor(
		private readonly logger: Logger,
		...settings: ConstructorParameters<typeof VeoClient>
	) {
		super(...settings);
	}

	override async getVideoStatus(
		uuid: string,
		timeoutMs = STATUS_TIMEOUT_MS,
	): Promise<ApiResult<VideoJob>> {
		this.statusChecks++;
		const result = await super.getVideoStatus(uuid, timeoutMs);
		this.logger.debug(`Veo video ${uuid}: ${describe(result)}`);
		return result;
	}
}

/** Without any text of the API, which could contain the prompt. */
function describe(result: ApiResult<VideoJob>): string {
	if (!result.ok) return `status check without success (${result.error.kind})`;
	const { status, progress, estimatedTime } = result.value;
	const percent = progress === null ? '' : `, ${progress}%`;
	const left = estimatedTime === null ? '' : `, ${estimatedTime} s left`;
	return status + percent + left;
}

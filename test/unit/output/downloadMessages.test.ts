import type { DownloadError } from '../../../nodes/Veo/api/downloadErrors';
import { downloadErrorMessage } from '../../../nodes/Veo/output/messages';

const UUID = 'b2f7a1c0-0000-4000-8000-000000000000';
const errors: Array<[DownloadError, string, string]> = [
	[
		{ kind: 'storage', detail: 'ENOSPC: no space left on device, write' },
		`n8n couldn't store the video: ENOSPC: no space left on device, write (video ${UUID})`,
		'free disk space',
	],
	[
		{ kind: 'notVeoApi', httpStatus: 200, detail: 'a web page' },
		`The host of video ${UUID} didn't return a video`,
		'It returned a web page.',
	],
	[
		{ kind: 'notVeoApi', httpStatus: 403, detail: 'HTTP 403' },
		`Video ${UUID} couldn't be downloaded (HTTP 403)`,
		'The URL may have expired',
	],
	[
		{ kind: 'timeout', detail: 'No data for 30 seconds' },
		`Video ${UUID} couldn't be downloaded`,
		'timed out (No data for 30 seconds).',
	],
	[
		{ kind: 'canceled', detail: '', unsent: true },
		`Video ${UUID} couldn't be downloaded`,
		'The download was canceled.',
	],
];

it.each(errors)('says what happened and what to do next: %j', (error, message, cause) => {
	const text = downloadErrorMessage(error, UUID);
	expect(text.message).toBe(message);
	expect(text.description).toContain(cause);
	expect(text.description).toContain(
		`The video itself is complete. Run 'Download' with the ID ${UUID} to get a new URL.`,
	);
});
